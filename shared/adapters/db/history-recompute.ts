/** Making history anew what ledgers say, from the moment on at which they have changed. */
import { type SQL, sql } from 'drizzle-orm';
import { rowFlags, shardSize, snapshotCodes } from '#shared/domain/snapshot.ts';
import { type Db, rowsOf } from './client.ts';
import { bookedAfter, figureColumns, unitOf } from './ledger-as-of.ts';
import { feedPrice, overrideHolds } from './price-as-of.ts';

/** A balance whose history is not that of its ledger, and its version when that was read. */
export interface DirtyHistory extends Record<string, unknown> {
  id: string;
  version: string;
  is_deleted: boolean;
}

/** Balances whose history is to be recomputed, those with the longest of it last: who has waited is served. */
export const dirtyHistories = (db: Db, limit: number): Promise<DirtyHistory[]> =>
  rowsOf<DirtyHistory>(
    db,
    sql`SELECT id, version, is_deleted FROM balances WHERE history_dirty_since IS NOT NULL
        ORDER BY history_dirty_since DESC LIMIT ${limit}`,
  );

/** Their history is current; unless their ledgers have changed since they were read. */
export const cleanHistories = async (db: Db, dirty: readonly DirtyHistory[]): Promise<void> => {
  await db.execute(sql`
    UPDATE balances SET history_dirty_since = NULL
    FROM unnest(${sql.param(dirty.map(({ id }) => id))}::bigint[],
                ${sql.param(dirty.map(({ version }) => version))}::bigint[]) AS read (id, version)
    WHERE balances.id = read.id AND balances.version = read.version`);
};

/** From when on rows of each kind are kept; -infinity for ever. */
export type KeptSince = Record<'hourly' | 'daily' | 'weekly' | 'monthly', Date | null>;

export interface RecomputeOptions {
  now: Date;
  kept: KeptSince;
  dustThreshold: string;
}

const moment = (at: Date | null): SQL =>
  at === null ? sql`'-infinity'::timestamptz` : sql`${at.toISOString()}::timestamptz`;

/**
 * What is to be recomputed of each balance, and the instants at which it may have rows: `subject` and `slot`. Hourly rows are
 * made anew where there was a run; daily, weekly and monthly ones on the whole grid, whether there was or not, since
 * ledgers tell of times before the first of them; a transaction's at its own moment.
 *
 * A ledger that is new from its beginning on begins with the earliest that is known of it.
 */
const slots = (ids: readonly string[], { now, kept }: RecomputeOptions): SQL => {
  const until = moment(now);
  // PostgreSQL's weeks begin on Mondays, ours a day before.
  const grid = (type: 'daily' | 'weekly' | 'monthly', unit: SQL, shift: SQL) => sql`
    SELECT subject.id, ${snapshotCodes[type]}::int AS code, at FROM subject
    CROSS JOIN LATERAL generate_series(
      date_trunc(${unit}, greatest(subject.since, ${moment(kept[type])}) + ${shift}, 'UTC') - ${shift},
      ${until}, ('1 ' || ${unit})::interval, 'UTC') AS at
    WHERE at >= subject.since AND at >= ${moment(kept[type])}`;
  const none = sql`interval '0'`;
  return sql`
    subject AS MATERIALIZED (
      SELECT balances.id, balances.user_id, token_id, amount, raw_amount, unknown_basis_raw_amount AS unknown_raw,
        cost_basis_usd, realized_pnl_usd, balances.id / ${shardSize} AS shard,
        ${unitOf(sql`coalesce(previous_decimals, decimals)`)} AS unit,
        CASE WHEN history_dirty_since > '-infinity' THEN history_dirty_since ELSE least(balances.created_at,
          (SELECT opened_at FROM lots WHERE balance_id = balances.id ORDER BY sequence LIMIT 1),
          (SELECT disposed_at FROM lot_matches WHERE balance_id = balances.id ORDER BY sequence LIMIT 1),
          (SELECT min("timestamp") FROM transactions WHERE balance_id = balances.id),
          (SELECT min(snapshot_date) FROM balances_history AS past
           WHERE past.id = balances.id * 8 AND past.id % 8 = 0)) END AS since
      FROM balances JOIN tokens ON tokens.id = token_id
      WHERE balances.id = ANY(${sql.param([...ids])}::bigint[]) AND history_dirty_since IS NOT NULL
    ), moved AS MATERIALIZED (
      SELECT subject.id, booked.at, sum(raw) AS raw, sum(booked.unknown_raw) AS unknown_raw, sum(cost) AS cost,
        sum(realized) AS realized
      FROM subject CROSS JOIN LATERAL (
        ${bookedAfter({ balanceId: sql`subject.id`, unit: sql`subject.unit`, moment: sql`subject.since` }, { isInclusive: true })}
      ) AS booked
      GROUP BY subject.id, booked.at
    ), slot AS MATERIALIZED (
      SELECT subject.id, ${snapshotCodes.hourly}::int AS code, run.snapshot_date AS at
      FROM subject JOIN snapshot_runs AS run ON run.shard = subject.shard AND run.snapshot_type = 'hourly'
        AND run.snapshot_date >= subject.since AND run.snapshot_date >= ${moment(kept.hourly)}
      UNION ALL ${grid('daily', sql`'day'`, none)}
      UNION ALL ${grid('weekly', sql`'week'`, sql`interval '24 hours'`)}
      UNION ALL ${grid('monthly', sql`'month'`, none)}
      UNION ALL SELECT id, ${snapshotCodes.transaction}::int, at FROM moved WHERE at >= ${moment(kept.daily)}
    )`;
};

/**
 * The rows that should be there, as `wanted`. A balance's figures are what is left of its own when all that has been booked
 * since is taken back, plus what has been booked until then; between two bookings they are the same.
 */
const wanted = (dustThreshold: string): SQL => sql`
  stretch AS MATERIALIZED (
    SELECT id, at, lead(at, 1, 'infinity') OVER later AS until,
      sum(raw) OVER later AS raw, sum(unknown_raw) OVER later AS unknown_raw, sum(cost) OVER later AS cost,
      sum(realized) OVER later AS realized
    FROM (
      SELECT id, at, raw, unknown_raw, cost, realized FROM moved
      UNION ALL
      SELECT subject.id, '-infinity', subject.raw_amount - coalesce(sum(raw), 0),
        subject.unknown_raw - coalesce(sum(moved.unknown_raw), 0), cost_basis_usd - coalesce(sum(cost), 0),
        realized_pnl_usd - coalesce(sum(realized), 0)
      FROM subject LEFT JOIN moved USING (id)
      GROUP BY subject.id, subject.raw_amount, subject.unknown_raw, cost_basis_usd, realized_pnl_usd
    ) AS step
    WINDOW later AS (PARTITION BY id ORDER BY at)
  ), figures AS (
    SELECT subject.id, subject.user_id, subject.token_id, stretch.at, until, stretch.raw AS raw_amount, stretch.unknown_raw,
      trim_scale(stretch.raw * unit) AS amount, trim_scale(cost) AS cost_basis_usd, trim_scale(realized) AS realized_pnl_usd
    FROM stretch JOIN subject USING (id)
  ), shown AS MATERIALIZED (
    SELECT slot.id, slot.code, slot.at, figures.user_id, figures.token_id, figures.amount, figures.realized_pnl_usd,
      ${figureColumns.cost(sql`figures`)} AS cost_basis_usd,
      CASE WHEN figures.unknown_raw > 0 THEN ${rowFlags.unknownCost}::int ELSE 0 END AS flags
    FROM slot JOIN figures ON figures.id = slot.id AND slot.at >= figures.at AND slot.at < figures.until
    WHERE ${figureColumns.isShown(sql`figures`, dustThreshold)}
  ), feed AS MATERIALIZED (
    SELECT instant.token_id, instant.at, price.price_usd, price.flags
    FROM (SELECT DISTINCT token_id, at FROM shown) AS instant
    CROSS JOIN LATERAL (${feedPrice(sql`instant.token_id`, sql`instant.at`)}) AS price
  ), wanted AS MATERIALIZED (
    SELECT shown.at AS snapshot_date, shown.id * 8 + shown.code AS id, amount, cost_basis_usd, realized_pnl_usd,
      shown.flags AS cost_flags, CASE WHEN own.price_usd IS NULL THEN coalesce(feed.flags, 0) ELSE ${rowFlags.manual}::int END
        AS price_flags, CASE WHEN own.price_usd IS NULL THEN feed.price_usd ELSE own.price_usd END AS price_usd
    FROM shown LEFT JOIN feed ON feed.token_id = shown.token_id AND feed.at = shown.at
    LEFT JOIN price_overrides AS own
      ON ${overrideHolds(sql`own`, { userId: sql`shown.user_id`, tokenId: sql`shown.token_id`, at: sql`shown.at` })}
  )`;

/** The highest of the rows that should be there, of each balance, becomes its highest where it is. */
const raised = sql`
  raised AS (
    INSERT INTO balance_highs AS stored (balance_id, high_usd, high_at)
    SELECT DISTINCT ON (id / 8) id / 8, trim_scale(amount * price_usd), snapshot_date FROM wanted
    WHERE price_usd IS NOT NULL AND amount > 0 AND price_flags & ${rowFlags.disputed}::int = 0
    ORDER BY id / 8, amount * price_usd DESC, snapshot_date
    ON CONFLICT (balance_id) DO UPDATE SET high_usd = excluded.high_usd, high_at = excluded.high_at
    WHERE (excluded.high_usd, stored.high_at) > (stored.high_usd, excluded.high_at)
  )`;

/** Keys of rows of history. */
interface Keys extends Record<string, unknown> {
  dates: string[];
  ids: string[];
}

const deleteRows = async (db: Db, { dates, ids }: Keys): Promise<void> => {
  if (ids.length === 0) return;
  const [given, named] = [sql`${sql.param(dates)}::timestamptz[]`, sql`${sql.param(ids)}::bigint[]`];
  // The first two conditions find the chunks and the places in their keys, the third the pairs.
  await db.execute(sql`DELETE FROM balances_history WHERE snapshot_date = ANY(${given}) AND id = ANY(${named})
    AND (snapshot_date, id) IN (SELECT * FROM unnest(${given}, ${named}))`);
};

/**
 * The highest value of a balance may have been at a moment that is recomputed. Then it is looked for again in all of its
 * history, which is recomputed with it.
 */
const forgetHighs = async (db: Db, ids: readonly string[]): Promise<void> => {
  await db.execute(sql`
    WITH forgotten AS (
      DELETE FROM balance_highs USING balances
      WHERE balance_id = ANY(${sql.param([...ids])}::bigint[]) AND balances.id = balance_id AND high_at >= history_dirty_since
      RETURNING balance_id)
    UPDATE balances SET history_dirty_since = '-infinity' FROM forgotten WHERE id = balance_id`);
};

/**
 * Makes the rows of some balances what their ledgers say, from `history_dirty_since` on: one statement for all of them, and
 * another where rows are to go. Rows that are as they should be stay as they are. What was known of a price stays; where none
 * was known, one that has been filled in since is taken. Called under `lockHistory`.
 *
 * @returns how many rows were written, and how many deleted
 */
export const recomputeRows = async (
  db: Db,
  ids: readonly string[],
  options: RecomputeOptions,
): Promise<{ written: number; deleted: number }> => {
  await forgetHighs(db, ids);
  const { unknownCost } = rowFlags;
  const [row] = await rowsOf<Keys & { written: number }>(
    db,
    sql`
    WITH ${slots(ids, options)}, ${wanted(options.dustThreshold)}, ${raised},
    unwanted AS MATERIALIZED (
      SELECT at AS snapshot_date, id * 8 + code AS id FROM slot
      UNION
      SELECT own.snapshot_date, own.id FROM subject CROSS JOIN LATERAL (
        SELECT past.snapshot_date, past.id FROM balances_history AS past
        WHERE past.id = subject.id * 8 AND past.id % 8 = 0 AND past.snapshot_date >= subject.since OFFSET 0) AS own
      EXCEPT SELECT snapshot_date, id FROM wanted
    ), found AS MATERIALIZED (
      SELECT unwanted.* FROM unwanted CROSS JOIN LATERAL (
        SELECT FROM balances_history AS past
        WHERE past.snapshot_date = unwanted.snapshot_date AND past.id = unwanted.id LIMIT 1) AS there
    ), written AS (
      INSERT INTO balances_history AS stored (snapshot_date, id, recomputed_at, flags, amount, price_usd, cost_basis_usd,
                                              realized_pnl_usd)
      SELECT snapshot_date, id, now(), cost_flags + price_flags, amount, price_usd, cost_basis_usd, realized_pnl_usd FROM wanted
      ON CONFLICT (snapshot_date, id) DO UPDATE SET recomputed_at = now(), amount = excluded.amount,
        price_usd = coalesce(stored.price_usd, excluded.price_usd), cost_basis_usd = excluded.cost_basis_usd,
        realized_pnl_usd = excluded.realized_pnl_usd,
        flags = (excluded.flags & ${unknownCost}::int)
          | (CASE WHEN stored.price_usd IS NULL THEN excluded.flags ELSE stored.flags END & ~${unknownCost}::int)
      WHERE (stored.amount, stored.cost_basis_usd, stored.realized_pnl_usd, stored.flags & ${unknownCost}::int)
          IS DISTINCT FROM (excluded.amount, excluded.cost_basis_usd, excluded.realized_pnl_usd,
            excluded.flags & ${unknownCost}::int)
        OR stored.price_usd IS NULL AND excluded.price_usd IS NOT NULL
      RETURNING 1
    )
    SELECT (SELECT count(*)::int FROM written) AS written,
      (SELECT coalesce(array_agg(snapshot_date::text), '{}') FROM found) AS dates,
      (SELECT coalesce(array_agg(id::text), '{}') FROM found) AS ids`,
  );
  if (!row) return { written: 0, deleted: 0 };
  await deleteRows(db, row);
  return { written: row.written, deleted: row.ids.length };
};

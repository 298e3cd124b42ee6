/** Making history anew what ledgers say, from the moment on at which they have changed. */
import { type SQL, sql } from 'drizzle-orm';
import { rowFlags, shardSize, snapshotCodes } from '#shared/domain/snapshot.ts';
import { type Db, rowsOf } from './client.ts';
import { bookedAfter, figureColumns, unitOf } from './ledger-as-of.ts';
import { feedPrices, overrideHolds } from './price-as-of.ts';

/** A balance whose history is not that of its ledger, and its version when that was read. */
export interface DirtyHistory extends Record<string, unknown> {
  id: string;
  version: string;
  is_deleted: boolean;
}

/**
 * Balances whose history is to be recomputed, those with the longest of it last: who has waited is served.
 *
 * @param except ids of those that are not asked for
 */
export const dirtyHistories = (
  db: Db,
  { limit, except }: { limit: number; except: readonly string[] },
): Promise<DirtyHistory[]> =>
  rowsOf<DirtyHistory>(
    db,
    sql`SELECT id, version, is_deleted FROM balances
        WHERE history_dirty_since IS NOT NULL AND id <> ALL(${sql.param([...except])}::bigint[])
        ORDER BY history_dirty_since DESC LIMIT ${limit}`,
  );

/**
 * Their history is current as far as it has been recomputed; unless their ledgers have changed since they were read.
 *
 * @param reached up to when it has been, by id, where that is not the end
 */
export const cleanHistories = async (
  db: Db,
  dirty: readonly DirtyHistory[],
  reached: ReadonlyMap<string, string>,
): Promise<void> => {
  await db.execute(sql`
    UPDATE balances SET history_dirty_since = reached
    FROM unnest(${sql.param(dirty.map(({ id }) => id))}::bigint[],
                ${sql.param(dirty.map(({ version }) => version))}::bigint[],
                ${sql.param(dirty.map(({ id }) => reached.get(id) ?? null))}::timestamptz[]) AS read (id, version, reached)
    WHERE balances.id = read.id AND balances.version = read.version`);
};

/** From when on rows of each kind are kept; -infinity for ever. */
export type KeptSince = Record<'hourly' | 'daily' | 'weekly' | 'monthly', Date | null>;

export interface RecomputeOptions {
  now: Date;
  kept: KeptSince;
  dustThreshold: string;
  /** Of so many transactions a balance's rows are made at once, from the earliest on. */
  most: number;
}

const moment = (at: Date | null): SQL =>
  at === null ? sql`'-infinity'::timestamptz` : sql`${at.toISOString()}::timestamptz`;

/**
 * What is to be recomputed of each balance, `subject`: from `since` on, and before `until`. A ledger that is new from its
 * beginning on begins with the earliest that is known of it, deleted or not; that is looked for once (`OFFSET 0`).
 */
const subjects = (ids: readonly string[], { kept, most }: RecomputeOptions): SQL => sql`
    subject AS MATERIALIZED (
      SELECT known.*, coalesce((SELECT "timestamp" FROM transactions
          WHERE balance_id = known.id AND NOT is_deleted AND "timestamp" > greatest(since, ${moment(kept.daily)})
          ORDER BY "timestamp" OFFSET ${most} LIMIT 1), 'infinity') AS until
      FROM (
        SELECT balances.id, balances.user_id, token_id, amount, raw_amount, unknown_basis_raw_amount AS unknown_raw,
          cost_basis_usd, realized_pnl_usd, balances.id / ${shardSize} AS shard,
          ${unitOf(sql`coalesce(previous_decimals, decimals)`)} AS unit,
          CASE WHEN history_dirty_since > '-infinity' THEN history_dirty_since ELSE least(balances.created_at,
            (SELECT opened_at FROM lots WHERE balance_id = balances.id ORDER BY sequence LIMIT 1),
            (SELECT disposed_at FROM lot_matches WHERE balance_id = balances.id ORDER BY sequence LIMIT 1),
            (SELECT "timestamp" FROM transactions WHERE balance_id = balances.id ORDER BY "timestamp" LIMIT 1),
            (SELECT min(snapshot_date) FROM balances_history AS past
             WHERE past.id = balances.id * 8 AND past.id % 8 = 0)) END AS since
        FROM balances JOIN tokens ON tokens.id = token_id
        WHERE balances.id = ANY(${sql.param([...ids])}::bigint[]) AND history_dirty_since IS NOT NULL
        OFFSET 0
      ) AS known
    )`;

/**
 * What has been booked of each balance since, `moved`, what is after `until` as one; and the instants at which it may have
 * rows, `slot`. Hourly rows are made anew where there was a run; daily, weekly and monthly ones on the whole grid, whether
 * there was or not, since ledgers tell of times before the first of them; a transaction's at its own moment.
 */
const slots = ({ now, kept }: RecomputeOptions): SQL => {
  // Before all hours and days that are kept there are midnights only: a day's bookings are the next one's.
  const coarse = sql`date_trunc('day', least(${moment(kept.hourly)}, ${moment(kept.daily)}), 'UTC')`;
  const midnight = sql`date_trunc('day', booked.at + interval '24 hours' - interval '1 microsecond', 'UTC')`;
  // PostgreSQL's weeks begin on Mondays, ours a day before.
  const grid = (type: 'daily' | 'weekly' | 'monthly', unit: SQL, shift: SQL) => sql`
    SELECT subject.id, ${snapshotCodes[type]}::int AS code, at FROM subject
    CROSS JOIN LATERAL generate_series(
      date_trunc(${unit}, greatest(subject.since, ${moment(kept[type])}) + ${shift}, 'UTC') - ${shift},
      least(${moment(now)}, until), ('1 ' || ${unit})::interval, 'UTC') AS at
    WHERE at >= subject.since AND at < until AND at >= ${moment(kept[type])}`;
  const none = sql`interval '0'`;
  return sql`
    moved AS MATERIALIZED (
      SELECT subject.id, moment.at, sum(raw) AS raw, sum(booked.unknown_raw) AS unknown_raw, sum(cost) AS cost,
        sum(realized) AS realized
      FROM subject CROSS JOIN LATERAL (
        ${bookedAfter({ balanceId: sql`subject.id`, unit: sql`subject.unit`, moment: sql`subject.since` }, { isInclusive: true })}
      ) AS booked
      CROSS JOIN LATERAL (SELECT CASE WHEN booked.at >= until THEN 'infinity'
          WHEN booked.at < ${coarse} THEN ${midnight}
          ELSE booked.at END AS at) AS moment
      GROUP BY subject.id, moment.at
    ), slot AS MATERIALIZED (
      SELECT subject.id, ${snapshotCodes.hourly}::int AS code, run.snapshot_date AS at
      FROM subject JOIN snapshot_runs AS run ON run.shard = subject.shard AND run.snapshot_type = 'hourly'
        AND run.snapshot_date >= subject.since AND run.snapshot_date < until AND run.snapshot_date >= ${moment(kept.hourly)}
      UNION ALL ${grid('daily', sql`'day'`, none)}
      UNION ALL ${grid('weekly', sql`'week'`, sql`interval '24 hours'`)}
      UNION ALL ${grid('monthly', sql`'month'`, none)}
      UNION ALL SELECT id, ${snapshotCodes.transaction}::int, at FROM moved
        WHERE at >= ${moment(kept.daily)} AND at < 'infinity'
    )`;
};

/**
 * The rows that should be there, as `wanted`. A balance's figures are what is left of its own when all that has been booked
 * since is taken back, plus what has been booked until then; between two bookings they are the same.
 */
const wanted = (dustThreshold: string): SQL => sql`
  step AS (
    SELECT id, NULL::int AS code, at, raw, unknown_raw, cost, realized FROM moved
    UNION ALL
    SELECT subject.id, NULL, '-infinity', subject.raw_amount - coalesce(sum(raw), 0),
      subject.unknown_raw - coalesce(sum(moved.unknown_raw), 0), cost_basis_usd - coalesce(sum(cost), 0),
      realized_pnl_usd - coalesce(sum(realized), 0)
    FROM subject LEFT JOIN moved USING (id)
    GROUP BY subject.id, subject.raw_amount, subject.unknown_raw, cost_basis_usd, realized_pnl_usd
    UNION ALL
    SELECT id, code, at, 0, 0, 0, 0 FROM slot
  ), reached AS (
    SELECT id, code, at, sum(raw) OVER until_then AS raw_amount, sum(unknown_raw) OVER until_then AS unknown_raw,
      trim_scale(sum(cost) OVER until_then) AS cost_basis_usd, trim_scale(sum(realized) OVER until_then) AS realized_pnl_usd
    FROM step
    WINDOW until_then AS (PARTITION BY id ORDER BY at)
  ), figures AS (
    SELECT reached.*, user_id, token_id, trim_scale(reached.raw_amount * unit) AS amount
    FROM reached JOIN subject USING (id) WHERE code IS NOT NULL
  ), shown AS MATERIALIZED (
    SELECT id, code, at, user_id, token_id, amount, realized_pnl_usd,
      ${figureColumns.cost(sql`figures`)} AS cost_basis_usd,
      CASE WHEN unknown_raw > 0 THEN ${rowFlags.unknownCost}::int ELSE 0 END AS cost_flags
    FROM figures WHERE ${figureColumns.isShown(sql`figures`, dustThreshold)}
  ), ${feedPrices('shown', ['user_id', 'code', 'amount', 'cost_basis_usd', 'realized_pnl_usd', 'cost_flags'])},
  wanted AS MATERIALIZED (
    SELECT fed.at AS snapshot_date, fed.id * 8 + code AS id, amount, cost_basis_usd, realized_pnl_usd, cost_flags,
      CASE WHEN own.price_usd IS NULL THEN coalesce(feed_flags, 0) ELSE ${rowFlags.manual}::int END AS price_flags,
      CASE WHEN own.price_usd IS NULL THEN feed_price_usd ELSE own.price_usd END AS price_usd
    FROM fed LEFT JOIN price_overrides AS own
      ON ${overrideHolds(sql`own`, { userId: sql`fed.user_id`, tokenId: sql`fed.token_id`, at: sql`fed.at` })}
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
 * @returns how many rows were written, and how many deleted; and up to when it has been done, by id, where that is not the end
 */
export const recomputeRows = async (
  db: Db,
  ids: readonly string[],
  options: RecomputeOptions,
): Promise<{ written: number; deleted: number; reached: Map<string, string> }> => {
  await forgetHighs(db, ids);
  const { unknownCost } = rowFlags;
  const [row] = await rowsOf<Keys & { written: number; reached: Record<string, string> }>(
    db,
    sql`
    WITH ${subjects(ids, options)}, ${slots(options)}, ${wanted(options.dustThreshold)}, ${raised},
    unwanted AS MATERIALIZED (
      SELECT at AS snapshot_date, id * 8 + code AS id FROM slot
      UNION
      SELECT own.snapshot_date, own.id FROM subject CROSS JOIN LATERAL (
        SELECT past.snapshot_date, past.id FROM balances_history AS past
        WHERE past.id = subject.id * 8 AND past.id % 8 = 0 AND past.snapshot_date >= subject.since
          AND past.snapshot_date < until OFFSET 0) AS own
      EXCEPT SELECT snapshot_date, id FROM wanted
    ), found AS MATERIALIZED (
      SELECT snapshot_date, id FROM balances_history
      WHERE snapshot_date = ANY(ARRAY(SELECT DISTINCT snapshot_date FROM unwanted))
        AND id = ANY(ARRAY(SELECT DISTINCT id FROM unwanted)) AND (snapshot_date, id) IN (SELECT * FROM unwanted)
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
      (SELECT coalesce(array_agg(id::text), '{}') FROM found) AS ids,
      (SELECT coalesce(json_object_agg(id, until::text), '{}') FROM subject WHERE until < 'infinity') AS reached`,
  );
  if (!row) return { written: 0, deleted: 0, reached: new Map() };
  await deleteRows(db, row);
  return { written: row.written, deleted: row.ids.length, reached: new Map(Object.entries(row.reached)) };
};

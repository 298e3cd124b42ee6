/** Writing snapshots: one shard at one instant is one statement over everything that it holds. */
import { type SQL, sql } from 'drizzle-orm';
import { dayOf, rowFlags, type ScheduledType, shardSize, snapshotCodes } from '#shared/domain/snapshot.ts';
import { type Db, rowsOf, whileConnected } from './client.ts';
import { bookedAfter, figureColumns, unitOf } from './ledger-as-of.ts';
import { feedAge, feedPrice, overrideHolds } from './price-as-of.ts';

/** Part of a snapshot: what of it is taken at once. */
export interface SnapshotPart {
  type: ScheduledType;
  at: Date;
  shard: number;
}

/** Why a part is taken: its schedule was due, or it is made up for. Snapshots begin with the first that was due. */
export type Trigger = 'schedule' | 'refill';

const historyLock = sql`hashtextextended('history', 0)`;

/** What is written at once is kept in memory until it is counted. */
const room = sql`set_config('work_mem', '64MB', true)`;

/**
 * Rows of a shard meet prices and highs by hashing, whatever PostgreSQL believes of tables and chunks that it has no
 * statistics of: sorting a shard by tokens, and back, takes as long as all the rest, and comparing all with all for ever.
 */
const hashing = sql`set_config('enable_mergejoin', 'off', true), set_config('enable_nestloop', 'off', true)`;

/** The part of a daily snapshot that looks through the hours of another part. */
export const dayOfPart = ({ at, shard }: SnapshotPart): SnapshotPart => ({
  ...{ type: 'daily', at: dayOf(at), shard },
});

const lockOf = ({ type, at, shard }: SnapshotPart): SQL =>
  sql`hashtextextended(${`snapshot:${type}:${at.toISOString()}:${shard}`}, 0)`;

/**
 * Takes turns with whoever takes the same part, until the end of the transaction; an hour with its day, so that one of them
 * sees the other; and with those who recompute history: else a row could be of a ledger that nobody looks at again.
 */
export const lockPart = async (db: Db, part: SnapshotPart): Promise<void> => {
  const day =
    part.type === 'hourly' ? sql`, pg_advisory_xact_lock_shared(${lockOf(dayOfPart(part))})` : sql``;
  await db.execute(sql`SELECT ${room}, ${hashing}, ${whileConnected}, pg_advisory_xact_lock_shared(${historyLock}),
    pg_advisory_xact_lock(${lockOf(part)})${day}`);
};

/**
 * Keeps every snapshot and every other recomputing out until the end of the transaction; waits for those under way.
 *
 * @param longest after so long the server ends a statement of the transaction: who has given up on it must not leave the lock
 *   behind, and each snapshot waiting. In milliseconds
 */
export const lockHistory = async (db: Db, longest: number): Promise<void> => {
  await db.execute(sql`SELECT ${room}, ${whileConnected}, set_config('statement_timeout', ${String(longest)}, true),
    pg_advisory_xact_lock(${historyLock})`);
};

/** The number of shards that there is anything in. */
export const countShards = async (db: Db): Promise<number> => {
  const [row] = await rowsOf<{ shards: number }>(
    db,
    sql`SELECT (coalesce(greatest((SELECT max(id) FROM balances), (SELECT max(id) FROM nft_balances),
          (SELECT max(id) FROM cex_balances)), 0) / ${shardSize} + 1)::int AS shards`,
  );
  return row?.shards ?? 1;
};

/** @param factor 8 for ids of rows of history */
export const inShard = (id: SQL, shard: number, factor = 1): SQL =>
  sql`${id} >= ${shard * shardSize * factor}::bigint AND ${id} < ${(shard + 1) * shardSize * factor}::bigint`;

const instant = (at: Date): SQL => sql`${at.toISOString()}::timestamptz`;

/** Parts of a snapshot that were not taken, since the shard's first of that type; the earliest first, `most` at most. */
export const missingParts = async (
  db: Db,
  type: ScheduledType,
  instants: readonly Date[],
  most: number,
): Promise<SnapshotPart[]> => {
  const rows = await rowsOf<{ at: string; shard: number }>(
    db,
    sql`SELECT to_char(instant AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS at, shard
        FROM (SELECT shard, min(snapshot_date) AS first FROM snapshot_runs
              WHERE snapshot_type = ${type} AND triggered_by = 'schedule' GROUP BY shard)
          AS known
        JOIN unnest(${sql.param(instants.map((at) => at.toISOString()))}::timestamptz[]) AS instant ON instant > first
        WHERE NOT EXISTS (SELECT FROM snapshot_runs AS run WHERE run.snapshot_date = instant
          AND run.snapshot_type = ${type} AND run.shard = known.shard)
        ORDER BY instant, shard LIMIT ${most}`,
  );
  return rows.map(({ at, shard }) => ({ type, at: new Date(at), shard }));
};

export const isTaken = async (db: Db, { type, at, shard }: SnapshotPart): Promise<boolean> => {
  const rows = await rowsOf(
    db,
    sql`SELECT 1 AS taken FROM snapshot_runs
        WHERE snapshot_date = ${instant(at)} AND snapshot_type = ${type} AND shard = ${shard}`,
  );
  return rows.length > 0;
};

/**
 * The balances of a shard as they were at an instant, in the order of their ids, which is that of the key. Nearly all are what
 * they were, for their last lot or match lies behind it: each is read once, and only of the others it is asked what it `was`.
 */
const figuresAt = (at: SQL, shard: number): SQL => sql`
  SELECT id, user_id, token_id,
    CASE WHEN was IS NULL THEN amount ELSE was[1] END AS amount,
    CASE WHEN was IS NULL THEN raw_amount ELSE was[2] END AS raw_amount,
    CASE WHEN was IS NULL THEN unknown_basis_raw_amount ELSE was[3] END AS unknown_raw,
    CASE WHEN was IS NULL THEN cost_basis_usd ELSE was[4] END AS cost_basis_usd,
    CASE WHEN was IS NULL THEN realized_pnl_usd ELSE was[5] END AS realized_pnl_usd
  FROM (
    SELECT balances.*, CASE WHEN booked_at > ${at} THEN (
        SELECT ARRAY[trim_scale(amount - coalesce(sum(raw), 0) * unit), raw_amount - coalesce(sum(raw), 0),
          unknown_basis_raw_amount - coalesce(sum(unknown_raw), 0), trim_scale(cost_basis_usd - coalesce(sum(cost), 0)),
          trim_scale(realized_pnl_usd - coalesce(sum(realized), 0))]
        FROM (SELECT ${unitOf(sql`coalesce(previous_decimals, decimals)`)} AS unit FROM tokens WHERE id = token_id) AS smallest
        LEFT JOIN LATERAL (
          ${bookedAfter({ balanceId: sql`balances.id`, unit: sql`unit`, moment: at }, { isInclusive: false })}
        ) AS moved ON true
        GROUP BY unit
      ) END AS was
    FROM balances WHERE ${inShard(sql`id`, shard)} AND NOT is_deleted
    OFFSET 0
  ) AS balance`;

/** So long after its last refresh a price is among those that are read at once; what is older is looked for by the token. */
const recently = sql`interval '15 minutes'`;

/** The price of each token that has one, as `price`, and those that users have given, as `own_price`. */
const pricesAt = (at: SQL): SQL => sql`
  recent AS MATERIALIZED (
    SELECT DISTINCT ON (token_id) token_id, price_usd, CASE WHEN is_disputed THEN ${rowFlags.disputed}::int ELSE 0 END AS flags
    FROM token_prices WHERE price_at > ${at} - ${recently} AND price_at <= ${at}
    ORDER BY token_id, price_at DESC, source
  ), price AS MATERIALIZED (
    SELECT * FROM recent
    UNION ALL
    SELECT tokens.id, feed.price_usd, feed.flags
    FROM tokens CROSS JOIN LATERAL (${feedPrice(sql`tokens.id`, at)}) AS feed
    WHERE last_price_at > ${at} - ${feedAge} AND NOT EXISTS (SELECT FROM recent WHERE token_id = tokens.id)
  ), own_price AS MATERIALIZED (
    SELECT user_id, token_id, price_usd FROM price_overrides
    WHERE NOT is_deleted AND valid_from <= ${at} AND (valid_to IS NULL OR valid_to > ${at})
  )`;

/**
 * Writes the balances of a shard as they were at an instant, at the prices of that instant, along with the run that tells
 * that it was done and how complete its prices were. What is there already, because a ledger's past was recomputed, is the
 * same and stays. Called under `lockPart`: looking for each row again as it is written would cost more than writing it.
 */
export const writeBalances = async (
  db: Db,
  { type, at, shard }: SnapshotPart,
  { trigger, dustThreshold }: { trigger: Trigger; dustThreshold: string },
): Promise<number> => {
  const moment = instant(at);
  const { unknownCost, stale, disputed, manual } = rowFlags;
  const [row] = await rowsOf<{ balances: number }>(
    db,
    sql`
    WITH ${pricesAt(moment)}, figures AS (${figuresAt(moment, shard)}), snapshot AS MATERIALIZED (
      SELECT figures.id * 8 + ${snapshotCodes[type]} AS id, figures.amount, figures.realized_pnl_usd,
        CASE WHEN own_price.price_usd IS NULL THEN price.price_usd ELSE own_price.price_usd END AS price_usd,
        ${figureColumns.cost(sql`figures`)} AS cost_basis_usd,
        (CASE WHEN figures.unknown_raw > 0 THEN ${unknownCost}::int ELSE 0 END
          + CASE WHEN own_price.price_usd IS NULL THEN coalesce(price.flags, 0) ELSE ${manual}::int END)::smallint AS flags
      FROM figures LEFT JOIN price USING (token_id)
      LEFT JOIN own_price ON own_price.user_id = figures.user_id AND own_price.token_id = figures.token_id
      WHERE ${figureColumns.isShown(sql`figures`, dustThreshold)}
    ), present AS MATERIALIZED (
      SELECT id FROM balances_history
      WHERE snapshot_date = ${moment} AND id % 8 = ${snapshotCodes[type]} AND ${inShard(sql`id`, shard, 8)}
    ), written AS (
      INSERT INTO balances_history (snapshot_date, id, flags, amount, price_usd, cost_basis_usd, realized_pnl_usd)
      SELECT ${moment}, id, flags, amount, price_usd, cost_basis_usd, realized_pnl_usd FROM snapshot
      WHERE id NOT IN (SELECT id FROM present)
    )
    INSERT INTO snapshot_runs (snapshot_date, snapshot_type, shard, triggered_by, balances, priced, stale, disputed,
                               value_usd, unpriced_cost_usd)
    SELECT ${moment}, ${type}, ${shard}, ${trigger}, count(*), count(*) FILTER (WHERE price_usd IS NOT NULL OR amount = 0),
      count(*) FILTER (WHERE flags & ${stale}::int <> 0), count(*) FILTER (WHERE flags & ${disputed}::int <> 0),
      trim_scale(coalesce(sum(amount * price_usd) FILTER (WHERE flags & ${disputed}::int = 0), 0)),
      trim_scale(coalesce(sum(cost_basis_usd) FILTER (WHERE price_usd IS NULL), 0))
    FROM snapshot RETURNING balances`,
  );
  return row?.balances ?? 0;
};

/** Writes the NFTs of a shard that were there at an instant, as they are now: nothing tells what they were. */
export const writeNfts = async (db: Db, { type, at, shard }: SnapshotPart): Promise<void> => {
  await db.execute(sql`
    INSERT INTO nft_balances_history (snapshot_date, id, amount, floor_price_usd, cost_basis_usd)
    SELECT ${instant(at)}, id * 8 + ${snapshotCodes[type]}, amount, floor_price_usd, cost_basis_usd FROM nft_balances
    WHERE ${inShard(sql`id`, shard)} AND NOT is_deleted AND amount > 0 AND created_at <= ${instant(at)}
    ORDER BY id ON CONFLICT DO NOTHING`);
};

/** As `writeNfts`, of what lies at exchanges, bound in orders or not, at the prices of the instant. */
export const writeExchangeBalances = async (
  db: Db,
  { type, at, shard }: SnapshotPart,
  dustThreshold: string,
): Promise<void> => {
  const moment = instant(at);
  const held = sql`(amount + locked_amount)`;
  const owner = { userId: sql`cex_balances.user_id`, tokenId: sql`cex_balances.token_id`, at: moment };
  await db.execute(sql`
    INSERT INTO cex_balances_history (snapshot_date, id, flags, amount, price_usd)
    SELECT ${moment}, cex_balances.id * 8 + ${snapshotCodes[type]},
      CASE WHEN own.price_usd IS NULL THEN coalesce(feed.flags, 0) ELSE ${rowFlags.manual}::int END, ${held},
      coalesce(own.price_usd, feed.price_usd)
    FROM cex_balances LEFT JOIN price_overrides AS own ON ${overrideHolds(sql`own`, owner)}
    LEFT JOIN LATERAL (${feedPrice(sql`cex_balances.token_id`, moment)}) AS feed ON true
    WHERE ${inShard(sql`cex_balances.id`, shard)} AND NOT cex_balances.is_deleted AND ${held} > 0
      AND ${held} >= ${dustThreshold}::numeric AND cex_balances.created_at <= ${moment}
    ORDER BY cex_balances.id ON CONFLICT DO NOTHING`);
};

/** What balances were worth: a day ago, and at their highest. */
import { sql } from 'drizzle-orm';
import { instantsBetween, rowFlags, shardSize, snapshotCodes } from '#shared/domain/snapshot.ts';
import { type Db, rowsOf } from './client.ts';
import { inShard, type SnapshotPart } from './snapshots.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;

/**
 * Raises the highest values of a shard's balances to those of the day that ends at an instant. A price that sources disagreed
 * about raises nothing.
 */
export const raiseHighs = async (db: Db, { at, shard }: SnapshotPart): Promise<void> => {
  const hours = instantsBetween('hourly', new Date(+at - dayMs + hourMs), at).map((hour) => hour.toISOString());
  await db.execute(sql`
    INSERT INTO balance_highs AS stored (balance_id, high_usd, high_at)
    SELECT DISTINCT ON (past.id / 8) past.id / 8, trim_scale(amount * price_usd), snapshot_date
    FROM balances_history AS past LEFT JOIN balance_highs AS high ON high.balance_id = past.id / 8
    WHERE snapshot_date = ANY(${sql.param(hours)}::timestamptz[]) AND ${inShard(sql`past.id`, shard, 8)}
      AND past.id % 8 IN (${snapshotCodes.hourly}, ${snapshotCodes.daily}) AND price_usd IS NOT NULL AND amount > 0
      AND flags & ${rowFlags.disputed}::int = 0 AND (high_usd IS NULL OR amount * price_usd >= high_usd)
    ORDER BY past.id / 8, amount * price_usd DESC, snapshot_date
    ON CONFLICT (balance_id) DO UPDATE SET high_usd = excluded.high_usd, high_at = excluded.high_at
    WHERE (excluded.high_usd, stored.high_at) > (stored.high_usd, excluded.high_at)`);
};

/** What history tells of a balance, as decimals. */
export interface Past extends Record<string, unknown> {
  id: string;
  /** What it was worth on the hour a day ago; null where that is unknown. */
  value_then: string | null;
  high_usd: string | null;
  high_at: string | null;
}

/**
 * The past of some balances, by id: some key lookups each. A balance that has no row in a snapshot that was taken had nothing
 * then; one that is in none, or whose history is yet to be recomputed from before then, is unknown.
 */
export const pastOf = async (db: Db, ids: readonly bigint[], now: Date): Promise<Map<bigint, Past>> => {
  if (ids.length === 0) return new Map();
  const then = new Date(Math.floor((now.getTime() - dayMs) / hourMs) * hourMs).toISOString();
  const rows = await rowsOf<Past>(
    db,
    sql`SELECT balances.id, trim_scale(high_usd) AS high_usd, to_char(high_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS high_at,
          CASE WHEN history_dirty_since <= ${then} THEN NULL
            WHEN past.amount IS NOT NULL THEN trim_scale(CASE WHEN past.amount = 0 THEN 0 ELSE past.amount * past.price_usd END)
            WHEN EXISTS (SELECT FROM snapshot_runs WHERE snapshot_date = ${then}
              AND shard = balances.id / ${shardSize}) THEN 0 END AS value_then
        FROM balances LEFT JOIN balance_highs ON balance_id = balances.id
        LEFT JOIN LATERAL (
          SELECT amount, price_usd FROM balances_history AS stored
          WHERE stored.snapshot_date = ${then} AND stored.id BETWEEN balances.id * 8 AND balances.id * 8 + 7
          LIMIT 1) AS past ON true
        WHERE balances.id = ANY(${sql.param(ids.map(String))}::bigint[])`,
  );
  return new Map(rows.map((row) => [BigInt(row.id), row]));
};

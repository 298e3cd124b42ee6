/** The highest values that balances have had. */
import { sql } from 'drizzle-orm';
import { instantsBetween, rowFlags, snapshotCodes } from '#shared/domain/snapshot.ts';
import type { Db } from './client.ts';
import { inShard, type SnapshotPart } from './snapshots.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;

/**
 * Raises the highest values of a shard's balances to those of the day that ends at an instant, or of one hour. A price that
 * sources disagreed about raises nothing. Called under `lockPart`, whose joins are by hashing.
 */
export const raiseHighs = async (db: Db, { type, at, shard }: SnapshotPart): Promise<void> => {
  const first = type === 'daily' ? new Date(+at - dayMs + hourMs) : at;
  const hours = instantsBetween('hourly', first, at).map((hour) => hour.toISOString());
  await db.execute(sql`
    INSERT INTO balance_highs AS stored (balance_id, high_usd, high_at)
    SELECT DISTINCT ON (past.id / 8) past.id / 8, trim_scale(amount * price_usd), snapshot_date
    FROM balances_history AS past
    LEFT JOIN (SELECT * FROM balance_highs WHERE ${inShard(sql`balance_id`, shard)} OFFSET 0) AS high
      ON high.balance_id = past.id / 8
    WHERE snapshot_date = ANY(${sql.param(hours)}::timestamptz[]) AND ${inShard(sql`past.id`, shard, 8)}
      AND past.id % 8 IN (${snapshotCodes.hourly}, ${snapshotCodes.daily}) AND price_usd IS NOT NULL AND amount > 0
      AND flags & ${rowFlags.disputed}::int = 0 AND (high_usd IS NULL OR amount * price_usd >= high_usd)
    ORDER BY past.id / 8, amount * price_usd DESC, snapshot_date
    ON CONFLICT (balance_id) DO UPDATE SET high_usd = excluded.high_usd, high_at = excluded.high_at
    WHERE (excluded.high_usd, stored.high_at) > (stored.high_usd, excluded.high_at)`);
};

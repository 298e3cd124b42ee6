import { sql } from 'drizzle-orm';
import { plain, plainOrNull, product } from '#shared/domain/decimal.ts';
import type { SnapshotType } from '#shared/domain/snapshot.ts';
import { type Db, rowsOf } from './client.ts';

export type Interval = 'hour' | 'day' | 'week' | 'month';

interface PointRow extends Record<string, unknown> {
  at: string;
  amount: string;
  price_usd: string | null;
  cost_basis_usd: string | null;
  unrealized_pnl_usd: string | null;
  snapshot_type: SnapshotType;
}

/** A page of a balance's history: the last snapshot of each interval, the oldest first. */
export const pageHistory = async (
  db: Db,
  balanceId: bigint,
  { from, to, interval, limit }: { from: Date; to: Date; interval: Interval; limit: number },
) => {
  const rows = await rowsOf<PointRow>(
    db,
    sql`SELECT DISTINCT ON (bucket)
          to_char(snapshot_date AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at, amount, price_usd,
          cost_basis_usd, CASE WHEN flags & 1 = 0 THEN amount * price_usd - cost_basis_usd END AS unrealized_pnl_usd,
          (ARRAY['transaction', 'hourly', 'daily', 'weekly', 'monthly'])[id % 8 + 1] AS snapshot_type
        FROM (
          SELECT *, date_trunc(${interval}, snapshot_date, 'UTC') AS bucket FROM balances_history
          WHERE id BETWEEN ${balanceId} * 8 AND ${balanceId} * 8 + 7
            AND snapshot_date BETWEEN ${from.toISOString()} AND ${to.toISOString()}
        ) AS snapshots
        ORDER BY bucket, snapshot_date DESC, id
        LIMIT ${limit + 1}`,
  );
  const shown = rows.slice(0, limit);
  return {
    items: shown.map((row) => ({
      at: row.at,
      amount: plain(row.amount),
      price_usd: plainOrNull(row.price_usd),
      value_usd: row.price_usd === null ? null : product(row.amount, row.price_usd),
      cost_basis_usd: plainOrNull(row.cost_basis_usd),
      unrealized_pnl_usd: plainOrNull(row.unrealized_pnl_usd),
      snapshot_type: row.snapshot_type,
    })),
    next_cursor: rows.length > limit ? (rows[limit]?.at ?? null) : null,
  };
};

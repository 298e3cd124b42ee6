import { sql } from 'drizzle-orm';
import type { Db } from './client.ts';

/** A row's id is its balance's id x 8 + this: the primary key alone keeps a second delivery from writing anything. */
const snapshotCodes = { transaction: 0, hourly: 1, daily: 2, weekly: 3, monthly: 4 } as const;

export type SnapshotType = keyof typeof snapshotCodes;

/**
 * Writes one row for every balance that is not empty or dust, in one statement.
 *
 * @param at the moment the snapshot is for: the scheduled one, whenever it runs
 * @returns how many rows were new
 */
export const insertBalanceSnapshots = async (
  db: Db,
  type: SnapshotType,
  at: Date,
  dustThreshold: string,
): Promise<number> => {
  const { rowCount } = await db.execute(sql`
    INSERT INTO balances_history (snapshot_date, id, flags, amount, price_usd, cost_basis_usd, realized_pnl_usd)
    SELECT ${at.toISOString()}::timestamptz, balances.id * 8 + ${snapshotCodes[type]},
      CASE WHEN balances.unknown_basis_raw_amount > 0 THEN 1 ELSE 0 END, balances.amount, tokens.current_price_usd,
      CASE WHEN balances.unknown_basis_raw_amount < balances.raw_amount THEN balances.cost_basis_usd END,
      balances.realized_pnl_usd
    FROM balances JOIN tokens ON tokens.id = balances.token_id
    WHERE NOT balances.is_deleted AND balances.amount > 0 AND balances.amount >= ${dustThreshold}::numeric
    ON CONFLICT DO NOTHING`);
  return rowCount ?? 0;
};

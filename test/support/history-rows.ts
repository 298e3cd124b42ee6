import { type SnapshotType, shardSize, snapshotCodes } from '#shared/domain/snapshot.ts';

type Sql = (statement: string, parameters: unknown[]) => Promise<unknown>;

/** What a row of history says; money in USD. */
export interface Row {
  amount: string;
  price?: string | null;
  cost?: string | null;
  realized?: string;
  flags?: number;
  recomputedAt?: string | null;
}

/** Writes a row of history of a balance, as a snapshot or a recomputation does. */
export const writeRow = (
  sql: Sql,
  balanceUuid: string,
  at: string,
  row: Row,
  type: SnapshotType = 'hourly',
) => {
  const { amount, price = null, cost = null, realized = '0', flags = 0, recomputedAt = null } = row;
  return sql(
    `INSERT INTO balances_history (snapshot_date, id, recomputed_at, flags, amount, price_usd, cost_basis_usd,
                                   realized_pnl_usd)
     SELECT $2, id * 8 + $3, $4, $5, $6, $7, $8, $9 FROM balances WHERE uuid = $1`,
    [balanceUuid, at, snapshotCodes[type], recomputedAt, flags, amount, price, cost, realized],
  );
};

/** Says that the shard of a balance was taken at an instant; one that was taken stays as it is. */
export const writeRun = (
  sql: Sql,
  balanceUuid: string,
  at: string,
  { type = 'hourly', by = 'schedule' }: { type?: SnapshotType; by?: 'schedule' | 'refill' } = {},
) =>
  sql(
    `INSERT INTO snapshot_runs (snapshot_date, snapshot_type, shard, triggered_by, balances, priced, stale, disputed,
                                value_usd, unpriced_cost_usd)
     SELECT $2, $3, id / $4, $5, 0, 0, 0, 0, 0, 0 FROM balances WHERE uuid = $1 ON CONFLICT DO NOTHING`,
    [balanceUuid, at, type, shardSize, by],
  );

import { sql } from 'drizzle-orm';
import { type Db, rowsOf } from './client.ts';
import { counts } from './counts.ts';

/** By how much, in the smallest unit, the disposals of a balance exceed what it held. */
export interface Shortfall extends Record<string, unknown> {
  balance_id: string;
  shortfall: string;
  decimals: number;
  symbol: string;
}

/** Those balances of which a replay is waiting. */
export const dirtyAmong = async (db: Db, balanceIds: readonly bigint[]): Promise<bigint[]> => {
  if (balanceIds.length === 0) return [];
  const rows = await rowsOf<{ id: string }>(
    db,
    sql`SELECT id FROM balances
        WHERE id = ANY(${sql.param(balanceIds.map(String))}::bigint[]) AND dirty_since IS NOT NULL`,
  );
  return rows.map(({ id }) => BigInt(id));
};

/** The shortfalls of some balances as their last replays found them. */
export const storedShortfalls = async (
  db: Db,
  balanceIds: readonly bigint[],
): Promise<(readonly [string, bigint])[]> => {
  if (balanceIds.length === 0) return [];
  const rows = await rowsOf<{ id: string; shortfall: string }>(
    db,
    sql`SELECT id, shortfall_raw_amount AS shortfall FROM balances
        WHERE id = ANY(${sql.param(balanceIds.map(String))}::bigint[])`,
  );
  return rows.map(({ id, shortfall }) => [id, BigInt(shortfall)] as const);
};

/**
 * The shortfalls of some balances, over all their transactions as they are now.
 * A holding that stops at zero misses, in all, as much as the lowest point its running sum reaches below zero, so one
 * window over the ledgers tells without a replay.
 */
export const shortfallsOf = (db: Db, balanceIds: readonly bigint[]): Promise<Shortfall[]> => {
  if (balanceIds.length === 0) return Promise.resolve([]);
  return rowsOf<Shortfall>(
    db,
    sql`SELECT balance_id, -least(0, lowest) AS shortfall, tokens.decimals, tokens.symbol FROM (
          SELECT balance_id, min(running) AS lowest FROM (
            SELECT own.balance_id,
              sum(CASE WHEN own.transaction_type IN ('BUY', 'TRANSFER_IN') THEN own.raw_amount ELSE -own.raw_amount END)
              OVER (PARTITION BY own.balance_id
                    ORDER BY greatest(own."timestamp", sent."timestamp"), own.block_number NULLS LAST,
                             own.transaction_index NULLS LAST, own.source_key COLLATE "C",
                             own.transfer_index NULLS LAST, own.id) AS running
            FROM transactions AS own
            LEFT JOIN transactions AS sent
              ON sent.id = own.linked_transaction_id AND own.transaction_type = 'TRANSFER_IN'
              AND ${counts(sql`sent`)}
            WHERE own.balance_id = ANY(${sql.param(balanceIds.map(String))}::bigint[])
              AND ${counts(sql`own`)}) AS ledger
          GROUP BY balance_id) AS lows
        JOIN balances ON balances.id = balance_id JOIN tokens ON tokens.id = balances.token_id`,
  );
};

import { sql } from 'drizzle-orm';
import { type Db, rowsOf } from './client.ts';

/**
 * The quantity, in the smallest unit, by which a balance's disposals exceed what it held, over all its transactions as
 * they are now. A holding that stops at zero misses, in all, as much as the lowest point its running sum reaches below
 * zero, so one window over the ledger tells without a replay.
 */
export const shortfallOf = async (db: Db, balanceId: bigint): Promise<bigint> => {
  const [row] = await rowsOf<{ lowest: string | null }>(
    db,
    sql`SELECT min(running) AS lowest FROM (
          SELECT sum(CASE WHEN own.transaction_type IN ('BUY', 'TRANSFER_IN') THEN own.raw_amount ELSE -own.raw_amount END)
            OVER (ORDER BY greatest(own."timestamp", sent."timestamp"), own.block_number NULLS LAST,
                           own.transaction_index NULLS LAST, own.source_key COLLATE "C",
                           own.transfer_index NULLS LAST, own.id) AS running
          FROM transactions AS own
          LEFT JOIN transactions AS sent
            ON sent.id = own.linked_transaction_id AND own.transaction_type = 'TRANSFER_IN'
            AND sent.status = 'confirmed' AND NOT sent.is_deleted
          WHERE own.balance_id = ${balanceId} AND own.status = 'confirmed' AND NOT own.is_deleted) AS ledger`,
  );
  const lowest = BigInt(row?.lowest ?? '0');
  return lowest < 0n ? -lowest : 0n;
};

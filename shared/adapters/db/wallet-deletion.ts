import { sql } from 'drizzle-orm';
import type { Change } from './balance-writes.ts';
import { type Db, rowsOf } from './client.ts';

/** What belongs to one wallet beside its transactions. History stays: it is out of reach without its balance. */
const parts = ['wallet_addresses', 'balances', 'nft_balances', 'import_batches', 'import_rows'] as const;

/** A balance that lost the other side of an own transfer. */
interface Unlinked extends Change {
  transaction_hash: string | null;
}

/** Takes a wallet's transactions away; gives what that changes in the user's other wallets. */
const deleteTransactions = (db: Db, userId: bigint, walletId: bigint): Promise<Unlinked[]> =>
  rowsOf<Unlinked>(
    db,
    sql`WITH deleted AS (
          UPDATE transactions
          SET is_deleted = true, linked_transaction_id = NULL, linked_by_hand = false, updated_at = now(),
            updated_by = ${userId}
          WHERE user_id = ${userId} AND wallet_id = ${walletId} AND NOT is_deleted RETURNING id
        )
        UPDATE transactions AS other
        SET linked_transaction_id = NULL, linked_by_hand = false, updated_at = now(), updated_by = ${userId}
        FROM deleted
        WHERE other.user_id = ${userId} AND other.linked_transaction_id = deleted.id
          AND other.wallet_id <> ${walletId} AND NOT other.is_deleted
        RETURNING other.balance_id, other."timestamp" AS since, other.transaction_hash`,
  );

/**
 * Deletes a wallet softly, with all that is in it; portfolios lose it. Called under `lockLedgers`.
 *
 * @returns the other sides of its own transfers, which have none now: the balances they are in and since when those change
 */
export const softDeleteWallet = async (db: Db, userId: bigint, walletId: bigint): Promise<Unlinked[]> => {
  const unlinked = await deleteTransactions(db, userId, walletId);
  const deleted = sql`is_deleted = true, updated_at = now(), updated_by = ${userId}`;
  for (const part of parts) {
    await db.execute(sql`
      UPDATE ${sql.identifier(part)} SET ${deleted}
      WHERE user_id = ${userId} AND wallet_id = ${walletId} AND NOT is_deleted`);
  }
  await db.execute(sql`
    WITH wallet AS (
      UPDATE wallets SET ${deleted} WHERE user_id = ${userId} AND id = ${walletId} RETURNING id
    )
    UPDATE portfolio_wallets SET ${deleted} FROM wallet
    WHERE portfolio_wallets.wallet_id = wallet.id AND NOT portfolio_wallets.is_deleted`);
  return unlinked;
};

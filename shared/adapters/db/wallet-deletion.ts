/** Deleting wallets, each of which may hold more transactions than can be deleted while its owner waits. */
import { sql } from 'drizzle-orm';
import type { Change } from './balance-writes.ts';
import { type Db, rowsOf } from './client.ts';

/** What belongs to one wallet beside its transactions. History stays: it is out of reach without its balance. */
const parts = ['wallet_addresses', 'balances', 'nft_balances', 'import_batches', 'import_rows'] as const;

/** A balance that lost the other side of an own transfer. */
interface Unlinked extends Change {
  transaction_hash: string | null;
}

/** Ends the links between a wallet's transactions and others; gives what that changes in the user's other wallets. */
const endLinks = (db: Db, userId: bigint, walletId: bigint): Promise<Unlinked[]> =>
  rowsOf<Unlinked>(
    db,
    sql`WITH pair AS MATERIALIZED (
          SELECT own.id, own.linked_transaction_id AS other_id
          FROM balances JOIN transactions AS own ON own.balance_id = balances.id
          WHERE balances.wallet_id = ${walletId} AND own.user_id = ${userId} AND own.linked_transaction_id IS NOT NULL
            AND NOT own.is_deleted
        ), unlinked AS (
          UPDATE transactions
          SET linked_transaction_id = NULL, linked_by_hand = false, updated_at = now(), updated_by = ${userId}
          FROM pair WHERE transactions.id IN (pair.id, pair.other_id)
          RETURNING wallet_id, balance_id, "timestamp" AS since, transaction_hash
        )
        SELECT balance_id, since, transaction_hash FROM unlinked WHERE wallet_id <> ${walletId}`,
  );

/** So many transactions are deleted at once: the journal has an entry of each, and the user's other changes wait. */
const atOnce = 10_000;

/**
 * Deletes softly some of the transactions that are left in a deleted wallet. Called under `lockLedgers`.
 *
 * @returns whether none is left now
 */
export const emptyWallet = async (db: Db, userId: bigint, walletId: bigint): Promise<boolean> => {
  const { rowCount } = await db.execute(sql`
    WITH chosen AS MATERIALIZED (
      SELECT id FROM transactions WHERE user_id = ${userId} AND wallet_id = ${walletId} AND NOT is_deleted LIMIT ${atOnce}
    )
    UPDATE transactions
    SET is_deleted = true, linked_transaction_id = NULL, linked_by_hand = false, updated_at = now(), updated_by = ${userId}
    FROM chosen WHERE transactions.id = chosen.id`);
  if ((rowCount ?? 0) === atOnce) return false;
  await db.execute(sql`UPDATE wallets SET emptied_at = now() WHERE user_id = ${userId} AND id = ${walletId}`);
  return true;
};

/** A deleted wallet that transactions may be left in. */
export interface LeftWallet {
  userId: bigint;
  walletId: bigint;
}

/** The longest deleted first. */
export const walletsToEmpty = async (db: Db): Promise<LeftWallet[]> => {
  const rows = await rowsOf<{ id: string; user_id: string }>(
    db,
    sql`SELECT id, user_id FROM wallets WHERE is_deleted AND emptied_at IS NULL ORDER BY updated_at`,
  );
  return rows.map(({ id, user_id }) => ({ userId: BigInt(user_id), walletId: BigInt(id) }));
};

/**
 * Deletes a wallet softly, with all that is in it; portfolios lose it. Its transactions are out of reach with it, but of very
 * many some are left for `emptyWallet`. Called under `lockLedgers`.
 *
 * @returns the other sides of its own transfers, which have none now: the balances they are in and since when those change
 */
export const softDeleteWallet = async (db: Db, userId: bigint, walletId: bigint): Promise<Unlinked[]> => {
  const unlinked = await endLinks(db, userId, walletId);
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
  await emptyWallet(db, userId, walletId);
  return unlinked;
};

/** Own transfers: two transactions of a user, one that sends and one that receives, which are one movement. */
import { sql } from 'drizzle-orm';
import type { Change } from './balance-writes.ts';
import { type Db, rowsOf } from './client.ts';
import { counts, inLiveWallet } from './counts.ts';

/**
 * Links the two sides of own transfers: an unlinked TRANSFER_OUT and TRANSFER_IN of one user in two wallets that agree
 * in chain, hash, token and raw amount. The n-th of several equal ones on one side pairs with the n-th on the other. What
 * the owner has declined stays apart.
 *
 * @returns the balances on both sides and the moment from which they change
 */
export const linkOwnTransfers = (db: Db, userId: bigint, hashes: readonly string[]): Promise<Change[]> => {
  if (hashes.length === 0) return Promise.resolve([]);
  return rowsOf<Change>(
    db,
    sql`WITH open AS (
      SELECT id, wallet_id, chain_id, token_id, transaction_hash, raw_amount, transaction_type, "timestamp",
        row_number() OVER (PARTITION BY chain_id, token_id, transaction_hash, raw_amount, transaction_type
                           ORDER BY wallet_id, id) AS place
      FROM transactions
      WHERE user_id = ${userId} AND ${counts(sql`transactions`)} AND ${inLiveWallet(sql`transactions`)}
        AND linked_transaction_id IS NULL
        AND transaction_type IN ('TRANSFER_IN', 'TRANSFER_OUT') AND transaction_hash = ANY(${sql.param([...hashes])})
    ), pairs AS (
      SELECT sent.id AS sent_id, received.id AS received_id, least(sent."timestamp", received."timestamp") AS since
      FROM open AS sent JOIN open AS received
        USING (chain_id, token_id, transaction_hash, raw_amount, place)
      WHERE sent.transaction_type = 'TRANSFER_OUT' AND received.transaction_type = 'TRANSFER_IN'
        AND sent.wallet_id <> received.wallet_id
        AND NOT EXISTS (SELECT FROM declined_links AS declined WHERE declined.sent_id = sent.id
          AND declined.received_id = received.id AND NOT declined.is_deleted)
    )
    UPDATE transactions SET updated_at = now(), updated_by = NULL,
      linked_transaction_id = CASE WHEN id = pairs.sent_id THEN pairs.received_id ELSE pairs.sent_id END
    FROM pairs WHERE transactions.id IN (pairs.sent_id, pairs.received_id)
    RETURNING transactions.balance_id, pairs.since`,
  );
};

/**
 * Ends the links of some transactions that hold no more: a side is deleted, or is no transfer in its direction any more, or
 * receives more than was sent; and, where no owner has linked them, they no longer agree in hash and amount.
 */
const endUnfitLinks = (db: Db, userId: bigint, ids: readonly bigint[]): Promise<Change[]> =>
  rowsOf<Change>(
    db,
    sql`WITH unfit AS (
      SELECT one.id AS one_id, other.id AS other_id, least(one."timestamp", other."timestamp") AS since
      FROM transactions AS one JOIN transactions AS other ON other.id = one.linked_transaction_id
      WHERE one.user_id = ${userId} AND one.id = ANY(${sql.param(ids.map(String))}::bigint[])
        AND (one.is_deleted OR other.is_deleted OR NOT (
          (one.transaction_type, other.transaction_type)
            IN (('TRANSFER_OUT', 'TRANSFER_IN'), ('TRANSFER_IN', 'TRANSFER_OUT'))
          AND CASE WHEN one.transaction_type = 'TRANSFER_OUT' THEN one.raw_amount >= other.raw_amount
                   ELSE other.raw_amount >= one.raw_amount END
          AND (one.linked_by_hand OR (one.raw_amount = other.raw_amount
            AND one.transaction_hash IS NOT DISTINCT FROM other.transaction_hash))))
    )
    UPDATE transactions SET linked_transaction_id = NULL, linked_by_hand = false, updated_at = now(), updated_by = NULL
    FROM unfit WHERE transactions.id IN (unfit.one_id, unfit.other_id)
    RETURNING transactions.balance_id, unfit.since`,
  );

/**
 * Looks at the links of transactions that changed: those that hold no more are ended, and the balances on the other sides
 * change along in any case, for they receive what was sent, and spend as a fee what does not arrive.
 *
 * @returns the balances on both sides and the moment from which they change
 */
export const reviewLinks = async (db: Db, userId: bigint, ids: readonly bigint[]): Promise<Change[]> => {
  if (ids.length === 0) return [];
  const ended = await endUnfitLinks(db, userId, ids);
  const standing = await rowsOf<Change>(
    db,
    sql`SELECT other.balance_id, least(one."timestamp", other."timestamp") AS since
        FROM transactions AS one JOIN transactions AS other ON other.id = one.linked_transaction_id
        WHERE one.user_id = ${userId} AND one.id = ANY(${sql.param(ids.map(String))}::bigint[])`,
  );
  return [...ended, ...standing];
};

/** Links a sending and its receipt on their owner's word, which also takes back an earlier refusal. */
export const linkByHand = async (
  db: Db,
  userId: bigint,
  { sentId, receivedId }: { sentId: bigint; receivedId: bigint },
): Promise<void> => {
  await db.execute(sql`
    UPDATE declined_links SET is_deleted = true, updated_at = now(), updated_by = ${userId}
    WHERE user_id = ${userId} AND sent_id = ${sentId} AND received_id = ${receivedId} AND NOT is_deleted`);
  await db.execute(sql`
    UPDATE transactions SET linked_by_hand = true, updated_at = now(), updated_by = ${userId},
      linked_transaction_id = CASE WHEN id = ${sentId} THEN ${receivedId}::bigint ELSE ${sentId}::bigint END
    WHERE user_id = ${userId} AND id IN (${sentId}, ${receivedId})`);
};

/** Ends a link on the owner's word, and remembers that the two are no transfer. */
export const declineLink = async (
  db: Db,
  userId: bigint,
  { sentId, receivedId }: { sentId: bigint; receivedId: bigint },
): Promise<void> => {
  await db.execute(sql`
    UPDATE transactions SET linked_transaction_id = NULL, linked_by_hand = false, updated_at = now(),
      updated_by = ${userId}
    WHERE user_id = ${userId} AND id IN (${sentId}, ${receivedId})`);
  await db.execute(sql`
    INSERT INTO declined_links (user_id, sent_id, received_id, created_by)
    VALUES (${userId}, ${sentId}, ${receivedId}, ${userId})`);
};

/** Transactions that a change is about, and hashes by which others may be or come to be linked to them. */
export interface Reach {
  ids: readonly bigint[];
  hashes: readonly string[];
  tokenIds: readonly bigint[];
}

/**
 * The balances that a change of some transactions may reach: their own, those of the other sides of their links, and those
 * of other transfers under their hashes. What is received cannot be spent before it was sent, so a change on one side may
 * leave the other short.
 */
export const reachedBalances = async (
  db: Db,
  userId: bigint,
  { ids, hashes, tokenIds }: Reach,
): Promise<bigint[]> => {
  const list = sql`${sql.param(ids.map(String))}::bigint[]`;
  const rows = await rowsOf<{ balance_id: string }>(
    db,
    sql`SELECT balance_id FROM transactions
        WHERE user_id = ${userId} AND (id = ANY(${list}) OR linked_transaction_id = ANY(${list}))
        UNION
        SELECT balance_id FROM transactions
        WHERE user_id = ${userId} AND transaction_hash = ANY(${sql.param([...hashes])}::text[])
          AND token_id = ANY(${sql.param(tokenIds.map(String))}::bigint[])
          AND transaction_type IN ('TRANSFER_IN', 'TRANSFER_OUT') AND NOT is_deleted
          AND ${inLiveWallet(sql`transactions`)}`,
  );
  return rows.map(({ balance_id }) => BigInt(balance_id));
};

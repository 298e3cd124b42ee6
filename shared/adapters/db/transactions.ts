import { and, desc, eq, inArray, isNull, ne, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { plain, product } from '#shared/domain/decimal.ts';
import { publicChainId, tokenColumns, tokenSummary } from './chains.ts';
import { type Db, rowsOf } from './client.ts';
import { counts } from './counts.ts';
import { type PageQuery, toPage } from './page.ts';
import { balances } from './schema/balances.ts';
import { chains, tokens } from './schema/chains.ts';
import { importBatches, transactions } from './schema/transactions.ts';
import { wallets } from './schema/users.ts';

export type NewTransaction = typeof transactions.$inferInsert;

const linked = alias(transactions, 'linked');

const columns = {
  id: transactions.id,
  uuid: transactions.uuid,
  walletUuid: wallets.uuid,
  balanceUuid: balances.uuid,
  dirtySince: balances.dirtySince,
  ...tokenColumns,
  transactionType: transactions.transactionType,
  status: transactions.status,
  amount: transactions.amount,
  rawAmount: transactions.rawAmount,
  priceUsd: transactions.priceUsd,
  valueUsd: transactions.valueUsd,
  feeUsd: transactions.feeUsd,
  transactionHash: transactions.transactionHash,
  timestamp: transactions.timestamp,
  blockNumber: transactions.blockNumber,
  gasUsed: transactions.gasUsed,
  gasPrice: transactions.gasPrice,
  source: transactions.source,
  needsReview: transactions.needsReview,
  linkedUuid: linked.uuid,
  batchUuid: importBatches.uuid,
  createdAt: transactions.createdAt,
};

const query = (db: Db, userId: bigint) => ({
  where: (...conditions: Parameters<typeof and>) =>
    db
      .select(columns)
      .from(transactions)
      .innerJoin(wallets, eq(wallets.id, transactions.walletId))
      .innerJoin(balances, eq(balances.id, transactions.balanceId))
      .innerJoin(tokens, eq(tokens.id, transactions.tokenId))
      .innerJoin(chains, eq(chains.id, transactions.chainId))
      .leftJoin(linked, eq(linked.id, transactions.linkedTransactionId))
      .leftJoin(importBatches, eq(importBatches.id, transactions.importBatchId))
      .where(and(eq(transactions.userId, userId), eq(transactions.isDeleted, false), ...conditions)),
});

type Row = Awaited<ReturnType<ReturnType<typeof query>['where']>>[number];

const decimalOrNull = (value: string | null): string | null => (value === null ? null : plain(value));

const present = (row: Row) => ({
  uuid: row.uuid,
  wallet_uuid: row.walletUuid,
  balance_uuid: row.balanceUuid,
  balance_state: row.dirtySince === null ? ('current' as const) : ('recalculating' as const),
  chain_id: publicChainId(row.publicId),
  token: tokenSummary(row),
  transaction_type: row.transactionType,
  status: row.status,
  amount: plain(row.amount),
  raw_amount: row.rawAmount,
  price_usd: decimalOrNull(row.priceUsd),
  value_usd: decimalOrNull(
    row.valueUsd ?? (row.priceUsd === null ? null : product(row.priceUsd, row.amount)),
  ),
  fee_usd: decimalOrNull(row.feeUsd),
  transaction_hash: row.transactionHash,
  timestamp: row.timestamp.toISOString(),
  block_number: row.blockNumber,
  gas_used: row.gasUsed,
  gas_price: row.gasPrice,
  source: row.source,
  needs_review: row.needsReview,
  linked_transaction_uuid: row.linkedUuid,
  batch_uuid: row.batchUuid,
  created_at: row.createdAt.toISOString(),
});

/** One transaction of a user as the API shows it; undefined when there is none, or it is another's. */
export const findTransaction = async (db: Db, userId: bigint, uuid: string) => {
  const [row] = await query(db, userId).where(eq(transactions.uuid, uuid));
  return row && present(row);
};

/** A page of a wallet's transactions, the newest first. */
export const pageTransactions = async (
  db: Db,
  userId: bigint,
  walletId: bigint,
  { limit, cursor }: PageQuery,
) => {
  const after =
    cursor === undefined
      ? undefined
      : sql`(${transactions.timestamp}, ${transactions.id}) < (SELECT "timestamp", id FROM transactions
            WHERE uuid = ${cursor} AND user_id = ${userId})`;
  const rows = await query(db, userId)
    .where(eq(transactions.walletId, walletId), after)
    .orderBy(desc(transactions.timestamp), desc(transactions.id))
    .limit(limit + 1);
  return toPage(rows, { limit, cursor }, present);
};

/** Inserts one transaction; gives its uuid and id, or undefined when its transfer is recorded already. */
export const insertTransaction = async (db: Db, row: NewTransaction) => {
  const [created] = await db
    .insert(transactions)
    .values(row)
    .onConflictDoNothing()
    .returning({ id: transactions.id, uuid: transactions.uuid });
  return created;
};

/** What a wallet has recorded under a hash: enough to number a new transfer and to recognise a repeated one. */
export const transfersOfHash = (db: Db, walletId: bigint, chainId: bigint, hash: string) =>
  db
    .select({
      tokenId: transactions.tokenId,
      transactionType: transactions.transactionType,
      rawAmount: transactions.rawAmount,
      transferIndex: transactions.transferIndex,
    })
    .from(transactions)
    .where(
      and(
        eq(transactions.walletId, walletId),
        eq(transactions.chainId, chainId),
        eq(transactions.transactionHash, hash),
        eq(transactions.isDeleted, false),
      ),
    );

/** One side of what may be a transfer between two wallets of a user. */
export interface OwnTransfer {
  userId: bigint;
  walletId: bigint;
  tokenId: bigint;
  hash: string | null;
  rawAmount: string;
}

/** The user's balances, in other wallets, that hold the open other side of an own transfer. */
export const counterpartsOf = async (db: Db, transfer: OwnTransfer): Promise<bigint[]> => {
  if (transfer.hash === null) return [];
  const rows = await db
    .selectDistinct({ balanceId: transactions.balanceId })
    .from(transactions)
    .where(
      and(
        eq(transactions.userId, transfer.userId),
        ne(transactions.walletId, transfer.walletId),
        eq(transactions.tokenId, transfer.tokenId),
        eq(transactions.transactionHash, transfer.hash),
        eq(transactions.rawAmount, transfer.rawAmount),
        inArray(transactions.transactionType, ['TRANSFER_IN', 'TRANSFER_OUT']),
        isNull(transactions.linkedTransactionId),
        eq(transactions.isDeleted, false),
      ),
    );
  return rows.map(({ balanceId }) => balanceId);
};

/** A balance whose ledger changed, and from when on; the time as PostgreSQL writes it. */
export interface Change extends Record<string, unknown> {
  balance_id: string;
  since: string;
}

/**
 * Links the two sides of own transfers: an unlinked TRANSFER_OUT and TRANSFER_IN of one user in two wallets that agree
 * in chain, hash, token and raw amount. The n-th of several equal ones on one side pairs with the n-th on the other.
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
      WHERE user_id = ${userId} AND ${counts(sql`transactions`)} AND linked_transaction_id IS NULL
        AND transaction_type IN ('TRANSFER_IN', 'TRANSFER_OUT') AND transaction_hash = ANY(${sql.param([...hashes])})
    ), pairs AS (
      SELECT sent.id AS sent_id, received.id AS received_id, least(sent."timestamp", received."timestamp") AS since
      FROM open AS sent JOIN open AS received
        USING (chain_id, token_id, transaction_hash, raw_amount, place)
      WHERE sent.transaction_type = 'TRANSFER_OUT' AND received.transaction_type = 'TRANSFER_IN'
        AND sent.wallet_id <> received.wallet_id
    )
    UPDATE transactions SET updated_at = now(),
      linked_transaction_id = CASE WHEN id = pairs.sent_id THEN pairs.received_id ELSE pairs.sent_id END
    FROM pairs WHERE transactions.id IN (pairs.sent_id, pairs.received_id)
    RETURNING transactions.balance_id, pairs.since`,
  );
};

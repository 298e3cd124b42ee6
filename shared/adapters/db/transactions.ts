import { and, desc, eq, inArray, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { plain, plainOrNull, product } from '#shared/domain/decimal.ts';
import { type EntryToken, publicChainId, tokenColumns, tokenSummary } from './chains.ts';
import type { Db } from './client.ts';
import { type PageQuery, toPage } from './page.ts';
import { balances } from './schema/balances.ts';
import { chains, tokens } from './schema/chains.ts';
import { importBatches, transactions } from './schema/transactions.ts';
import { wallets } from './schema/users.ts';
import type { EnteredTransaction } from './transaction-writes.ts';

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
  priceSource: transactions.priceSource,
  priceAt: transactions.priceAt,
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
  updatedAt: transactions.updatedAt,
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
      .where(
        and(
          eq(transactions.userId, userId),
          eq(transactions.isDeleted, false),
          eq(wallets.isDeleted, false),
          ...conditions,
        ),
      ),
});

type Row = Awaited<ReturnType<ReturnType<typeof query>['where']>>[number];

const present = (row: Omit<Row, 'id'>) => ({
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
  price_usd: plainOrNull(row.priceUsd),
  price_source: row.priceSource,
  price_at: row.priceAt?.toISOString() ?? null,
  value_usd: plainOrNull(row.valueUsd ?? (row.priceUsd === null ? null : product(row.priceUsd, row.amount))),
  fee_usd: plainOrNull(row.feeUsd),
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
  updated_at: row.updatedAt.toISOString(),
});

/** One transaction of a user as the API shows it; undefined when there is none, or it is another's. */
export const findTransaction = async (db: Db, userId: bigint, uuid: string) => {
  const [row] = await query(db, userId).where(eq(transactions.uuid, uuid));
  return row && present(row);
};

export type PresentedTransaction = ReturnType<typeof present>;

/** Transactions of a user as the API shows them, in the order of their uuids. All of them must be there. */
export const presentTransactions = async (
  db: Db,
  userId: bigint,
  uuids: readonly string[],
): Promise<PresentedTransaction[]> => {
  if (uuids.length === 0) return [];
  const rows = await query(db, userId).where(inArray(transactions.uuid, [...uuids]));
  const found = new Map(rows.map((row) => [row.uuid, present(row)]));
  return uuids.map((uuid) => {
    const transaction = found.get(uuid);
    if (!transaction) throw new Error('a transaction vanished in the midst of its change');
    return transaction;
  });
};

/** What surrounds a transaction that was just entered by hand. */
export interface EnteredNames {
  walletUuid: string;
  balanceUuid: string;
  isCurrent: boolean;
  publicId: string;
  token: EntryToken;
  createdAt: Date;
}

/** A transaction that was just entered, and linked to none, as the API shows it: nothing need be read again. */
export const presentEntered = (
  row: EnteredTransaction,
  { token, createdAt, isCurrent, ...names }: EnteredNames,
): PresentedTransaction =>
  present({
    ...row,
    ...names,
    dirtySince: isCurrent ? null : row.timestamp,
    tokenUuid: token.uuid,
    tokenName: token.name,
    symbol: token.symbol,
    decimals: token.decimals,
    contractAddress: token.contractAddress,
    status: 'confirmed',
    source: 'manual',
    priceSource: null,
    priceAt: null,
    valueUsd: null,
    needsReview: false,
    linkedUuid: null,
    batchUuid: null,
    createdAt,
    updatedAt: createdAt,
  });

/** One transaction that is known to be there, as the API shows it. */
export const presentTransaction = async (db: Db, userId: bigint, uuid: string) => {
  const [transaction] = await presentTransactions(db, userId, [uuid]);
  return transaction as PresentedTransaction;
};

/** What a list of transactions may be narrowed to. */
export interface TransactionFilters {
  token?: string | undefined;
  chain?: string | undefined;
  type?: readonly PresentedTransaction['transaction_type'][] | undefined;
  status?: PresentedTransaction['status'] | undefined;
  source?: PresentedTransaction['source'] | undefined;
  batch?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

/** The ids behind public names are looked up once, so that the index of a balance or of a batch serves. */
const matching = (userId: bigint, walletId: bigint, filters: TransactionFilters): (SQL | undefined)[] => {
  const { token, chain, type, status, source, batch, from, to } = filters;
  return [
    token === undefined
      ? undefined
      : sql`${transactions.balanceId} = (SELECT id FROM balances WHERE wallet_id = ${walletId} AND NOT is_deleted
            AND token_id = (SELECT id FROM tokens WHERE uuid = ${token}))`,
    chain === undefined
      ? undefined
      : sql`${transactions.chainId} = (SELECT id FROM chains WHERE public_id = ${chain} AND NOT is_deleted)`,
    type && inArray(transactions.transactionType, [...type]),
    status && eq(transactions.status, status),
    source && eq(transactions.source, source),
    batch === undefined
      ? undefined
      : sql`${transactions.importBatchId} = (SELECT id FROM import_batches WHERE uuid = ${batch}
            AND user_id = ${userId} AND NOT is_deleted)`,
    from === undefined ? undefined : sql`${transactions.timestamp} >= ${from}::timestamptz`,
    to === undefined ? undefined : sql`${transactions.timestamp} <= ${to}::timestamptz`,
  ];
};

/** A page of a wallet's transactions, the newest first. A cursor keeps its place under any filters. */
export const pageTransactions = async (
  db: Db,
  userId: bigint,
  walletId: bigint,
  { limit, cursor, ...filters }: PageQuery & TransactionFilters,
) => {
  const after =
    cursor === undefined
      ? undefined
      : sql`(${transactions.timestamp}, ${transactions.id}) < (SELECT "timestamp", id FROM transactions
            WHERE uuid = ${cursor} AND user_id = ${userId})`;
  const rows = await query(db, userId)
    .where(eq(transactions.walletId, walletId), ...matching(userId, walletId, filters), after)
    .orderBy(desc(transactions.timestamp), desc(transactions.id))
    .limit(limit + 1);
  return toPage(rows, { limit, cursor }, present);
};

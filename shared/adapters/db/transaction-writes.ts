import { and, eq, inArray, type SQL, sql } from 'drizzle-orm';
import { notFound } from '#shared/errors.ts';
import type { Chain, Token } from './chains.ts';
import { type Db, rowsOf } from './client.ts';
import { inLiveWallet } from './counts.ts';
import { columnOf, unnest } from './rows.ts';
import { chains, tokens } from './schema/chains.ts';
import { transactions } from './schema/transactions.ts';

export type NewTransaction = typeof transactions.$inferInsert;

/** A transaction as its change sees it. */
export interface StoredTransaction {
  row: typeof transactions.$inferSelect;
  token: Token;
  chain: Chain;
}

/**
 * Transactions of a user, to be changed, in the order of the uuids.
 *
 * @throws TransactionError when one is not there, or is another's
 */
export const requireTransactions = async (
  db: Db,
  userId: bigint,
  uuids: readonly string[],
): Promise<StoredTransaction[]> => {
  const rows = await db
    .select({ row: transactions, token: tokens, chain: chains })
    .from(transactions)
    .innerJoin(tokens, eq(tokens.id, transactions.tokenId))
    .innerJoin(chains, eq(chains.id, transactions.chainId))
    .where(
      and(
        eq(transactions.userId, userId),
        inArray(transactions.uuid, [...uuids]),
        eq(transactions.isDeleted, false),
        inLiveWallet(sql`transactions`),
      ),
    );
  return uuids.map((uuid) => {
    const found = rows.find(({ row }) => row.uuid === uuid.toLowerCase());
    if (!found) throw notFound('Transaction');
    return found;
  });
};

/** @throws TransactionError when it is not there, or is another's. */
export const requireTransaction = async (
  db: Db,
  userId: bigint,
  uuid: string,
): Promise<StoredTransaction> => {
  const [found] = await requireTransactions(db, userId, [uuid]);
  if (!found) throw notFound('Transaction');
  return found;
};

/** The other side of a link. */
export const findLinked = async (db: Db, userId: bigint, id: bigint): Promise<StoredTransaction['row']> => {
  const [row] = await db
    .select()
    .from(transactions)
    .where(and(eq(transactions.userId, userId), eq(transactions.id, id)));
  if (!row) throw new Error('a link leads nowhere');
  return row;
};

/** Sets columns of one transaction of a user. */
export const updateTransaction = async (
  db: Db,
  userId: bigint,
  id: bigint,
  columns: { [Column in keyof NewTransaction]?: NewTransaction[Column] | SQL },
): Promise<void> => {
  await db
    .update(transactions)
    .set({ ...columns, updatedAt: sql`now()`, updatedBy: userId })
    .where(and(eq(transactions.userId, userId), eq(transactions.id, id)));
};

/** A transfer recorded under a hash: enough to number a new one and to recognise a repeated one. */
export interface RecordedTransfer extends Record<string, unknown> {
  id: string;
  wallet_id: string;
  chain_id: string;
  transaction_hash: string;
  token_id: string;
  transaction_type: string;
  raw_amount: string;
  transfer_index: number | null;
}

/** What a user has recorded under some hashes, in any of their wallets. */
export const transfersOfHashes = (
  db: Db,
  userId: bigint,
  hashes: readonly string[],
): Promise<RecordedTransfer[]> => {
  if (hashes.length === 0) return Promise.resolve([]);
  return rowsOf<RecordedTransfer>(
    db,
    sql`SELECT id, wallet_id, chain_id, transaction_hash, token_id, transaction_type, raw_amount, transfer_index
        FROM transactions
        WHERE user_id = ${userId} AND transaction_hash = ANY(${sql.param([...hashes])}::text[]) AND NOT is_deleted`,
  );
};

/** A transaction entered by hand, to be written. */
export type EnteredTransaction = Pick<
  typeof transactions.$inferSelect,
  | 'uuid'
  | 'walletId'
  | 'balanceId'
  | 'chainId'
  | 'tokenId'
  | 'transactionType'
  | 'rawAmount'
  | 'amount'
  | 'recordedAs'
  | 'priceUsd'
  | 'feeUsd'
  | 'transactionHash'
  | 'transferIndex'
  | 'timestamp'
  | 'blockNumber'
  | 'gasUsed'
  | 'gasPrice'
>;

/** Writes entries in the order given, which is the order of their ids; gives the moment at which they are created. */
export const insertEntered = async (
  db: Db,
  userId: bigint,
  rows: readonly EnteredTransaction[],
): Promise<Date> => {
  const column = columnOf(rows);
  const columns = [
    column('uuid', 'uuid', ({ uuid }) => uuid),
    column('user_id', 'bigint', () => String(userId)),
    column('created_by', 'bigint', () => String(userId)),
    column('source', 'text', () => 'manual'),
    column('wallet_id', 'bigint', ({ walletId }) => String(walletId)),
    column('balance_id', 'bigint', ({ balanceId }) => String(balanceId)),
    column('chain_id', 'bigint', ({ chainId }) => String(chainId)),
    column('token_id', 'bigint', ({ tokenId }) => String(tokenId)),
    column('transaction_type', 'text', ({ transactionType }) => transactionType),
    column('raw_amount', 'numeric', ({ rawAmount }) => rawAmount),
    column('amount', 'numeric', ({ amount }) => amount),
    column('recorded_as', 'text', ({ recordedAs }) => recordedAs),
    column('price_usd', 'numeric', ({ priceUsd }) => priceUsd),
    column('fee_usd', 'numeric', ({ feeUsd }) => feeUsd),
    column('transaction_hash', 'text', ({ transactionHash }) => transactionHash),
    column('transfer_index', 'integer', ({ transferIndex }) => transferIndex),
    column('timestamp', 'timestamptz', ({ timestamp }) => timestamp.toISOString()),
    column('block_number', 'bigint', ({ blockNumber }) => blockNumber),
    column('gas_used', 'numeric', ({ gasUsed }) => gasUsed),
    column('gas_price', 'numeric', ({ gasPrice }) => gasPrice),
  ];
  const names = sql.raw(columns.map(([name]) => `"${name}"`).join(', '));
  const [created] = await rowsOf<{ created_at: string }>(
    db,
    sql`INSERT INTO transactions (${names}) SELECT ${names} FROM ${unnest(columns)} RETURNING created_at`,
  );
  return new Date(created?.created_at ?? Number.NaN);
};

import { and, eq, inArray, ne, sql } from 'drizzle-orm';
import type { EtherscanRow } from '#shared/adapters/imports/etherscan.ts';
import { type Db, rowsOf } from './client.ts';
import { columnOf, insertRows, unnest } from './rows.ts';
import { tokens } from './schema/chains.ts';
import { importBatches, importRows, transactions } from './schema/transactions.ts';
import type { Change, NewTransaction } from './transactions.ts';

/** Where imported evidence belongs. */
export interface ImportPlace {
  userId: bigint;
  walletId: bigint;
  chainId: bigint;
  batchId: bigint;
}

export const insertBatch = async (
  db: Db,
  batch: { userId: bigint; walletId: bigint; chainId: bigint; format: string; address: string },
): Promise<{ id: bigint; uuid: string }> => {
  const [created] = await db
    .insert(importBatches)
    .values({ ...batch, report: {}, createdBy: batch.userId })
    .returning({ id: importBatches.id, uuid: importBatches.uuid });
  if (!created) throw new Error('INSERT returned no row');
  return created;
};

export const setBatchReport = async (db: Db, id: bigint, report: object): Promise<void> => {
  await db.update(importBatches).set({ report }).where(eq(importBatches.id, id));
};

/** A row together with the token it moves. */
export interface OwnedRow {
  row: EtherscanRow;
  tokenId: bigint;
}

/** Stores rows of evidence; gives the keys of those that were new. */
export const insertEvidence = async (
  db: Db,
  { userId, walletId, chainId, batchId }: ImportPlace,
  rows: readonly OwnedRow[],
): Promise<Set<string>> => {
  if (rows.length === 0) return new Set();
  const column = columnOf(rows);
  const columns = [
    column('row_key', 'text', ({ row }) => row.key),
    column('kind', 'text', ({ row }) => row.kind),
    column('transaction_hash', 'text', ({ row }) => row.hash),
    column('block_number', 'bigint', ({ row }) => row.blockNumber),
    column('timestamp', 'timestamptz', ({ row }) => row.timestamp.toISOString()),
    column('from_address', 'text', ({ row }) => row.from),
    column('to_address', 'text', ({ row }) => row.to),
    column('token_id', 'bigint', ({ tokenId }) => String(tokenId)),
    column('amount_in', 'numeric', ({ row }) => row.amountIn),
    column('amount_out', 'numeric', ({ row }) => row.amountOut),
    column('gas_fee', 'numeric', ({ row }) => row.gasFee),
    column('price_usd', 'numeric', ({ row }) => row.priceUsd),
    column('value_usd', 'numeric', ({ row }) => row.valueUsd),
  ];
  const names = sql.raw(columns.map(([name]) => `"${name}"`).join(', '));
  const added = await rowsOf<{ row_key: string }>(
    db,
    sql`INSERT INTO import_rows (user_id, wallet_id, chain_id, batch_id, created_by, ${names})
        SELECT ${userId}, ${walletId}, ${chainId}, ${batchId}, ${userId}, ${names} FROM ${unnest(columns)}
        ON CONFLICT (wallet_id, chain_id, row_key) WHERE NOT is_deleted DO NOTHING RETURNING row_key`,
  );
  return new Set(added.map(({ row_key }) => row_key));
};

/** All evidence of some hashes in a wallet, whichever batch brought it, in an order of its own content. */
export const evidenceOf = (db: Db, walletId: bigint, chainId: bigint, hashes: readonly string[]) =>
  db
    .select({
      hash: importRows.transactionHash,
      tokenId: importRows.tokenId,
      tokenKind: tokens.kind,
      decimals: tokens.decimals,
      blockNumber: importRows.blockNumber,
      timestamp: importRows.timestamp,
      amountIn: importRows.amountIn,
      amountOut: importRows.amountOut,
      gasFee: importRows.gasFee,
      priceUsd: importRows.priceUsd,
      valueUsd: importRows.valueUsd,
    })
    .from(importRows)
    .innerJoin(tokens, eq(tokens.id, importRows.tokenId))
    .where(
      and(
        eq(importRows.walletId, walletId),
        eq(importRows.chainId, chainId),
        inArray(importRows.transactionHash, [...hashes]),
        eq(importRows.isDeleted, false),
      ),
    )
    .orderBy(sql`${importRows.rowKey} COLLATE "C"`);

export type Evidence = Awaited<ReturnType<typeof evidenceOf>>[number];

const recorded = {
  id: transactions.id,
  balanceId: transactions.balanceId,
  tokenId: transactions.tokenId,
  hash: transactions.transactionHash,
  sourceKey: transactions.sourceKey,
  transactionType: transactions.transactionType,
  timestamp: transactions.timestamp,
  rawAmount: transactions.rawAmount,
  priceUsd: transactions.priceUsd,
  valueUsd: transactions.valueUsd,
  needsReview: transactions.needsReview,
};

const ofHashes = (walletId: bigint, chainId: bigint, hashes: readonly string[]) =>
  and(
    eq(transactions.walletId, walletId),
    eq(transactions.chainId, chainId),
    inArray(transactions.transactionHash, [...hashes]),
    eq(transactions.isDeleted, false),
  );

/** What imports have derived from some hashes so far. */
export const derivedOf = (db: Db, walletId: bigint, chainId: bigint, hashes: readonly string[]) =>
  db
    .select(recorded)
    .from(transactions)
    .where(and(ofHashes(walletId, chainId, hashes), eq(transactions.source, 'import')));

/** What was recorded of some hashes by other means. */
export const recordedOtherwise = (db: Db, walletId: bigint, chainId: bigint, hashes: readonly string[]) =>
  db
    .select(recorded)
    .from(transactions)
    .where(and(ofHashes(walletId, chainId, hashes), ne(transactions.source, 'import')));

export type Recorded = Awaited<ReturnType<typeof derivedOf>>[number];

/** A derived transaction to be written; all of one batch. */
export type Derived = Pick<
  NewTransaction,
  | 'balanceId'
  | 'tokenId'
  | 'transactionType'
  | 'rawAmount'
  | 'amount'
  | 'priceUsd'
  | 'valueUsd'
  | 'timestamp'
  | 'blockNumber'
> & { sourceKey: string; transactionHash: string; needsReview: boolean };

export const insertDerived = async (
  db: Db,
  { userId, walletId, chainId, batchId }: ImportPlace,
  rows: readonly Derived[],
): Promise<void> => {
  const column = columnOf(rows);
  await insertRows(db, 'transactions', [
    column('user_id', 'bigint', () => String(userId)),
    column('created_by', 'bigint', () => String(userId)),
    column('wallet_id', 'bigint', () => String(walletId)),
    column('chain_id', 'bigint', () => String(chainId)),
    column('import_batch_id', 'bigint', () => String(batchId)),
    column('source', 'text', () => 'import'),
    column('recorded_as', 'text', () => 'amount'),
    column('balance_id', 'bigint', (row) => String(row.balanceId)),
    column('token_id', 'bigint', (row) => String(row.tokenId)),
    column('transaction_type', 'text', (row) => row.transactionType),
    column('source_key', 'text', (row) => row.sourceKey),
    column('transaction_hash', 'text', (row) => row.transactionHash),
    column('block_number', 'bigint', (row) => row.blockNumber),
    column('timestamp', 'timestamptz', (row) => row.timestamp.toISOString()),
    column('raw_amount', 'numeric', (row) => row.rawAmount),
    column('amount', 'numeric', (row) => row.amount),
    column('price_usd', 'numeric', (row) => row.priceUsd),
    column('value_usd', 'numeric', (row) => row.valueUsd),
    column('needs_review', 'boolean', (row) => row.needsReview),
  ]);
};

/**
 * Removes derived transactions that new evidence has superseded. The other side of an own transfer loses its link.
 *
 * @returns the balances on the other sides, and since when they change
 */
export const deleteDerived = async (db: Db, ids: readonly bigint[]): Promise<Change[]> => {
  if (ids.length === 0) return [];
  const list = sql.param(ids.map(String));
  await db.execute(sql`
    UPDATE transactions SET is_deleted = true, linked_transaction_id = NULL, updated_at = now()
    WHERE id = ANY(${list}::bigint[])`);
  return rowsOf<Change>(
    db,
    sql`UPDATE transactions SET linked_transaction_id = NULL, updated_at = now()
        WHERE linked_transaction_id = ANY(${list}::bigint[]) RETURNING balance_id, "timestamp" AS since`,
  );
};

import { and, eq, inArray, isNotNull, isNull, ne, or, sql } from 'drizzle-orm';
import type { EtherscanRow } from '#shared/adapters/imports/etherscan.ts';
import { type Db, rowsOf } from './client.ts';
import { type Column, columnOf, insertRows, unnest } from './rows.ts';
import { tokens } from './schema/chains.ts';
import { importBatches, importRows, transactions } from './schema/transactions.ts';
import type { NewTransaction } from './transaction-writes.ts';

/** Where imported evidence belongs. */
export interface ImportPlace {
  userId: bigint;
  walletId: bigint;
  chainId: bigint;
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
  { userId, walletId, chainId, batchId }: ImportPlace & { batchId: bigint },
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
export const evidenceOf = (db: Db, { userId, walletId, chainId }: ImportPlace, hashes: readonly string[]) =>
  db
    .select({
      batchId: importRows.batchId,
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
        eq(importRows.userId, userId),
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
  priceSource: transactions.priceSource,
  priceAt: transactions.priceAt,
  valueUsd: transactions.valueUsd,
  needsReview: transactions.needsReview,
  batchId: transactions.importBatchId,
};

const ofHashes = ({ userId, walletId, chainId }: ImportPlace, hashes: readonly string[]) =>
  and(
    eq(transactions.userId, userId),
    eq(transactions.walletId, walletId),
    eq(transactions.chainId, chainId),
    inArray(transactions.transactionHash, [...hashes]),
  );

const isUntouched = and(isNull(transactions.editedAt), ne(transactions.status, 'cancelled'));
const isTouched = or(isNotNull(transactions.editedAt), eq(transactions.status, 'cancelled'));

/** What imports have derived from some hashes so far, and its owner has left as it is. */
export const derivedOf = (db: Db, place: ImportPlace, hashes: readonly string[]) =>
  db
    .select(recorded)
    .from(transactions)
    .where(
      and(
        ofHashes(place, hashes),
        eq(transactions.isDeleted, false),
        eq(transactions.source, 'import'),
        isUntouched,
      ),
    );

/**
 * What stands of some hashes on its owner's word or that of other sources: entered by hand, derived and then edited or
 * cancelled, and derived and then removed.
 */
export const standingOf = async (db: Db, place: ImportPlace, hashes: readonly string[]) => {
  const stands = db
    .select(recorded)
    .from(transactions)
    .where(
      and(
        ofHashes(place, hashes),
        eq(transactions.isDeleted, false),
        or(ne(transactions.source, 'import'), isTouched),
      ),
    );
  const removed = db
    .select(recorded)
    .from(transactions)
    .where(
      and(ofHashes(place, hashes), eq(transactions.source, 'import'), isNotNull(transactions.removedAt)),
    );
  return [...(await stands), ...(await removed)];
};

export type Recorded = Awaited<ReturnType<typeof derivedOf>>[number];

/** A derived transaction to be written. */
export type Derived = Pick<
  NewTransaction,
  | 'tokenId'
  | 'transactionType'
  | 'rawAmount'
  | 'amount'
  | 'priceUsd'
  | 'priceSource'
  | 'priceAt'
  | 'valueUsd'
  | 'timestamp'
  | 'blockNumber'
> & { sourceKey: string; transactionHash: string; needsReview: boolean; batchId: bigint };

/** What evidence says of a transaction, and may say otherwise when there is more of it. */
const factsOf = (rows: readonly Derived[]): Column[] => {
  const column = columnOf(rows);
  return [
    column('import_batch_id', 'bigint', ({ batchId }) => String(batchId)),
    column('transaction_type', 'text', ({ transactionType }) => transactionType),
    column('block_number', 'bigint', ({ blockNumber }) => blockNumber),
    column('timestamp', 'timestamptz', ({ timestamp }) => timestamp.toISOString()),
    column('raw_amount', 'numeric', ({ rawAmount }) => rawAmount),
    column('amount', 'numeric', ({ amount }) => amount),
    column('price_usd', 'numeric', ({ priceUsd }) => priceUsd),
    column('price_source', 'text', ({ priceSource }) => priceSource),
    column('price_at', 'timestamptz', ({ priceAt }) => priceAt?.toISOString() ?? null),
    column('value_usd', 'numeric', ({ valueUsd }) => valueUsd),
    column('needs_review', 'boolean', ({ needsReview }) => needsReview),
  ];
};

export const insertDerived = async (
  db: Db,
  { userId, walletId, chainId }: ImportPlace,
  rows: readonly (Derived & { balanceId: bigint })[],
): Promise<void> => {
  const column = columnOf(rows);
  await insertRows(db, 'transactions', [
    column('user_id', 'bigint', () => String(userId)),
    column('created_by', 'bigint', () => String(userId)),
    column('wallet_id', 'bigint', () => String(walletId)),
    column('chain_id', 'bigint', () => String(chainId)),
    column('source', 'text', () => 'import'),
    column('recorded_as', 'text', () => 'amount'),
    column('balance_id', 'bigint', ({ balanceId }) => String(balanceId)),
    column('token_id', 'bigint', ({ tokenId }) => String(tokenId)),
    column('source_key', 'text', ({ sourceKey }) => sourceKey),
    column('transaction_hash', 'text', ({ transactionHash }) => transactionHash),
    ...factsOf(rows),
  ]);
};

/** Makes derived transactions say what the evidence says now; they stay the same transactions. */
export const updateDerived = async (
  db: Db,
  userId: bigint,
  rows: readonly (Derived & { id: bigint })[],
): Promise<void> => {
  if (rows.length === 0) return;
  const facts = factsOf(rows);
  const assignments = facts.map(([name]) => sql.raw(`"${name}" = given."${name}"`));
  const key = columnOf(rows)('key', 'bigint', ({ id }) => String(id));
  await db.execute(sql`
    UPDATE transactions SET ${sql.join(assignments, sql`, `)}, updated_at = now(), updated_by = ${userId}
    FROM ${unnest([key, ...facts])} WHERE transactions.user_id = ${userId} AND transactions.id = given.key`);
};

/** Removes derived transactions that the evidence does not tell of any more. */
export const deleteDerived = async (db: Db, userId: bigint, ids: readonly bigint[]): Promise<void> => {
  if (ids.length === 0) return;
  await db.execute(sql`
    UPDATE transactions SET is_deleted = true, updated_at = now(), updated_by = ${userId}
    WHERE user_id = ${userId} AND id = ANY(${sql.param(ids.map(String))}::bigint[])`);
};

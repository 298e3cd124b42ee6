import { and, eq, sql } from 'drizzle-orm';
import { notFound } from '#shared/errors.ts';
import type { Change } from './balance-writes.ts';
import { publicChainId } from './chains.ts';
import { type Db, rowsOf } from './client.ts';
import { chains } from './schema/chains.ts';
import { importBatches } from './schema/transactions.ts';
import { wallets } from './schema/users.ts';

/** What the import of a file reported of it. */
export interface FileReport {
  name: string;
  kind: 'transactions' | 'internal' | 'erc20';
  rows: number;
  imported: number;
  duplicates: number;
  skipped: { line: number; reason: string }[];
}

/**
 * An import of a user.
 *
 * @throws ImportError when there is none, or it is another's, or undone
 */
export const requireBatch = async (db: Db, userId: bigint, uuid: string) => {
  const [batch] = await db
    .select({
      id: importBatches.id,
      uuid: importBatches.uuid,
      walletId: importBatches.walletId,
      walletUuid: wallets.uuid,
      chainId: importBatches.chainId,
      publicId: chains.publicId,
      format: importBatches.format,
      address: importBatches.address,
      report: importBatches.report,
      createdAt: importBatches.createdAt,
      held: sql<string>`(SELECT count(*) FROM transactions
        WHERE import_batch_id = ${importBatches.id} AND user_id = ${userId} AND NOT is_deleted)`,
    })
    .from(importBatches)
    .innerJoin(wallets, eq(wallets.id, importBatches.walletId))
    .innerJoin(chains, eq(chains.id, importBatches.chainId))
    .where(
      and(
        eq(importBatches.userId, userId),
        eq(importBatches.uuid, uuid),
        eq(importBatches.isDeleted, false),
        eq(wallets.isDeleted, false),
      ),
    );
  if (!batch) throw notFound('Import');
  return batch;
};

/** An import as the API shows it. */
export const presentBatch = (batch: Awaited<ReturnType<typeof requireBatch>>) => ({
  uuid: batch.uuid,
  wallet_uuid: batch.walletUuid,
  chain_id: publicChainId(batch.publicId),
  format: batch.format,
  address: batch.address,
  files: (batch.report as { files: FileReport[] }).files,
  transactions: Number(batch.held),
  created_at: batch.createdAt.toISOString(),
});

/** Removes an import together with the evidence it added; gives the hashes that this evidence was of. */
export const deleteBatch = async (db: Db, userId: bigint, id: bigint): Promise<string[]> => {
  await db.execute(sql`
    UPDATE import_batches SET is_deleted = true, updated_at = now(), updated_by = ${userId}
    WHERE user_id = ${userId} AND id = ${id}`);
  const removed = await rowsOf<{ transaction_hash: string }>(
    db,
    sql`UPDATE import_rows SET is_deleted = true, updated_at = now(), updated_by = ${userId}
        WHERE user_id = ${userId} AND batch_id = ${id} AND NOT is_deleted RETURNING transaction_hash`,
  );
  return [...new Set(removed.map(({ transaction_hash }) => transaction_hash))];
};

/**
 * Takes back what their owner has done to the transactions of an import, so that evidence alone says what they are.
 *
 * @returns the balances that this changes, and since when
 */
export const forgetEdits = (db: Db, userId: bigint, batchId: bigint): Promise<Change[]> =>
  rowsOf<Change>(
    db,
    sql`UPDATE transactions SET edited_at = NULL, removed_at = NULL, cancelled_from = NULL, fee_usd = NULL,
          status = CASE WHEN status = 'cancelled' THEN coalesce(cancelled_from, 'confirmed') ELSE status END,
          updated_at = now(), updated_by = ${userId}
        WHERE user_id = ${userId} AND import_batch_id = ${batchId}
          AND (edited_at IS NOT NULL OR removed_at IS NOT NULL OR status = 'cancelled')
        RETURNING balance_id, "timestamp" AS since`,
  );

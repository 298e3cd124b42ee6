import { deleteBatch, forgetEdits, presentBatch, requireBatch } from '#shared/adapters/db/import-batches.ts';
import { lockLedgers } from '#shared/adapters/db/ledger-units.ts';
import type { Caller, Change, IfMatch } from './context.ts';
import { deriveTransactions } from './derive-transactions.ts';
import { announceUnpriced } from './send-outbox.ts';
import { settle } from './settle.ts';

/**
 * Undoes an import: its evidence goes, and the transactions of the hashes that it was of are derived anew from what other
 * imports have told. Rows that a later import had too went to this one, and go with it. The wallet still watches the
 * address. What is missing then is data: an undoing is never refused for leaving a wallet short.
 *
 * @throws ImportError; PreconditionFailed
 */
export const undoImport = async (
  change: Change,
  caller: Caller,
  uuid: string,
  ifMatch: IfMatch,
): Promise<void> => {
  const { db } = change;
  const { userId } = caller;
  await lockLedgers(db, userId);
  const batch = await requireBatch(db, userId, uuid);
  ifMatch(presentBatch(batch));
  const hashes = await deleteBatch(db, userId, batch.id);
  const forgotten = await forgetEdits(db, userId, batch.id);
  const { walletId, chainId } = batch;
  const derived = await deriveTransactions(db, { userId, walletId, chainId }, hashes);
  await settle(change, caller, [...forgotten, ...derived]);
  // What is derived anew may have lost a price.
  if (derived.length > 0) await announceUnpriced(change, caller);
};

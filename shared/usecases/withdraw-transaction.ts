/** Taking a transaction back, for good or for now. */
import { lockLedgers } from '#shared/adapters/db/ledger-units.ts';
import { reachedBalances, reviewLinks } from '#shared/adapters/db/own-transfers.ts';
import {
  type NewTransaction,
  requireTransaction,
  type StoredTransaction,
  updateTransaction,
} from '#shared/adapters/db/transaction-writes.ts';
import { presentTransaction } from '#shared/adapters/db/transactions.ts';
import { changeLedgers, since } from './change-ledgers.ts';
import type { Caller, Change, IfMatch } from './context.ts';
import { announceUnpriced } from './send-outbox.ts';

type Row = StoredTransaction['row'];

/** Sets columns that decide whether a transaction counts, and replays what that changes on both sides of a link. */
const setCounting = async (
  change: Change,
  caller: Caller,
  row: Row,
  columns: Partial<NewTransaction>,
): Promise<void> => {
  const { db } = change;
  const { userId } = caller;
  const hashes = row.transactionHash === null ? [] : [row.transactionHash];
  const watched = await reachedBalances(db, userId, { ids: [row.id], hashes, tokenIds: [row.tokenId] });
  await changeLedgers(change, caller, { watched, blame: () => ['transaction_uuid'] }, async () => {
    await updateTransaction(db, userId, row.id, columns);
    const reviewed = await reviewLinks(db, userId, [row.id]);
    return { touched: [since(row.balanceId, row.timestamp), ...reviewed], hashes };
  });
};

/**
 * Deletes a transaction; the other side of its link, if there is one, is a transfer of its own from then on. What an import
 * derived stays away, whatever evidence of it comes later.
 *
 * @throws TransactionError; PreconditionFailed; BadRequestException when a wallet would be short without it
 */
export const deleteTransaction = async (
  change: Change,
  caller: Caller,
  { uuid, now }: { uuid: string; now: Date },
  ifMatch: IfMatch,
): Promise<void> => {
  await lockLedgers(change.db, caller.userId);
  const { row } = await requireTransaction(change.db, caller.userId, uuid);
  ifMatch(await presentTransaction(change.db, caller.userId, row.uuid));
  await setCounting(change, caller, row, { isDeleted: true, removedAt: now });
};

/**
 * Cancels a transaction: it is still shown, and counts no more. Its link rests until it is restored.
 *
 * @throws TransactionError; BadRequestException when a wallet would be short without it
 */
export const cancelTransaction = async (change: Change, caller: Caller, uuid: string) => {
  await lockLedgers(change.db, caller.userId);
  const { row } = await requireTransaction(change.db, caller.userId, uuid);
  if (row.status !== 'cancelled') {
    await setCounting(change, caller, row, { status: 'cancelled', cancelledFrom: row.status });
  }
  return presentTransaction(change.db, caller.userId, row.uuid);
};

/**
 * Gives a cancelled transaction the status back that it had.
 *
 * @throws TransactionError; BadRequestException when a wallet would be short with it
 */
export const restoreTransaction = async (change: Change, caller: Caller, uuid: string) => {
  await lockLedgers(change.db, caller.userId);
  const { row } = await requireTransaction(change.db, caller.userId, uuid);
  if (row.status === 'cancelled') {
    const status = row.cancelledFrom ?? 'confirmed';
    await setCounting(change, caller, row, { status, cancelledFrom: null });
    if (row.priceUsd === null && row.valueUsd === null) await announceUnpriced(change, caller);
  }
  return presentTransaction(change.db, caller.userId, row.uuid);
};

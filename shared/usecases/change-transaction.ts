import type { Db } from '#shared/adapters/db/client.ts';
import { lockLedgers } from '#shared/adapters/db/ledger-units.ts';
import { reachedBalances, reviewLinks } from '#shared/adapters/db/own-transfers.ts';
import {
  findLinked,
  type NewTransaction,
  requireTransaction,
  type StoredTransaction,
  transfersOfHashes,
  updateTransaction,
} from '#shared/adapters/db/transaction-writes.ts';
import { presentTransaction } from '#shared/adapters/db/transactions.ts';
import { plainOrNull } from '#shared/domain/decimal.ts';
import { isDisposal, type TransactionType } from '#shared/domain/ledger.ts';
import { objectionsTo } from '#shared/domain/own-transfer.ts';
import { AppError, fault, refuseFaults } from '#shared/errors.ts';
import { changeLedgers, since } from './change-ledgers.ts';
import type { Caller, Change, IfMatch } from './context.ts';
import { type Entry, hashOf, quantityOf, timeOf } from './entries.ts';
import { numberTransfers, repeatedTransfer } from './number-transfers.ts';
import { announceUnpriced } from './send-outbox.ts';
import { transferSide } from './transfer-sides.ts';

/** What its owner may change of a transaction; absent is unchanged, null is unknown. */
export type Edit = Partial<
  Omit<
    Entry,
    'wallet_uuid' | 'chain_id' | 'token_uuid' | 'contract_address' | 'transaction_type' | 'timestamp'
  >
> & { transaction_type?: TransactionType | undefined; timestamp?: string | undefined };

/** Fields that may leave a wallet short, the likeliest first. */
const weighty = ['amount', 'raw_amount', 'timestamp', 'transaction_type', 'transaction_hash'] as const;

const openToOwners: ReadonlySet<string> = new Set(['price_usd', 'fee_usd', 'transaction_type']);

/** What a source tells of a transaction stays; what it cannot know is its owner's to say. */
const requireEditable = ({ row }: StoredTransaction, edit: Edit): void => {
  if (row.source === 'manual') return;
  const closed = Object.keys(edit).filter((field) => !openToOwners.has(field));
  const message = `cannot change, for the ${row.source} tells it: only price_usd, fee_usd and transaction_type can; or delete this transaction and record it anew`;
  refuseFaults(closed.map((field) => ({ field, message })));
  const type = edit.transaction_type ?? row.transactionType;
  if (isDisposal(type) === isDisposal(row.transactionType)) return;
  const same = isDisposal(row.transactionType) ? 'SELL, TRANSFER_OUT or FEE' : 'BUY or TRANSFER_IN';
  throw fault('transaction_type', `expected ${same}, for the ${row.source} tells which way the tokens went`);
};

/** A price that we have found is that of a time, and the value of a swap that of a quantity. */
const whatPriced = ['timestamp', 'amount', 'raw_amount', 'transaction_hash'] as const;

const noPrice = { priceUsd: null, valueUsd: null, priceSource: null, priceAt: null };

/** The columns that an edit sets. */
const columnsOf = ({ row, token, chain }: StoredTransaction, edit: Edit, now: Date) => {
  const columns: Partial<NewTransaction> = { editedAt: now, needsReview: false };
  if (edit.transaction_type !== undefined) columns.transactionType = edit.transaction_type;
  if (edit.amount !== undefined || edit.raw_amount !== undefined)
    Object.assign(columns, quantityOf(edit, token));
  // The owner's price counts from now on, and not a value that the source gave.
  if (edit.price_usd !== undefined) {
    Object.assign(columns, { ...noPrice, priceUsd: plainOrNull(edit.price_usd) });
  } else if (row.priceSource !== null && whatPriced.some((field) => edit[field] !== undefined)) {
    Object.assign(columns, noPrice);
  }
  if (edit.fee_usd !== undefined) columns.feeUsd = plainOrNull(edit.fee_usd);
  if (edit.timestamp !== undefined) columns.timestamp = timeOf(edit.timestamp, now);
  if (edit.transaction_hash !== undefined) columns.transactionHash = hashOf(chain, edit.transaction_hash);
  if (edit.block_number !== undefined) columns.blockNumber = edit.block_number;
  if (edit.gas_used !== undefined) columns.gasUsed = edit.gas_used;
  if (edit.gas_price !== undefined) columns.gasPrice = edit.gas_price;
  return { ...row, ...columns } as typeof row;
};

type Edited = ReturnType<typeof columnsOf>;

/** A link that its owner has made ends when they say so, and not as a side effect of an edit. */
const requireFitsLink = async (db: Db, userId: bigint, before: Edited, edited: Edited, edit: Edit) => {
  if (!before.linkedByHand || before.linkedTransactionId === null) return;
  const other = transferSide(await findLinked(db, userId, before.linkedTransactionId));
  const own = transferSide(edited);
  const [objection] =
    before.transactionType === 'TRANSFER_OUT' ? objectionsTo(own, other) : objectionsTo(other, own);
  if (!objection) return;
  const field = weighty.find((name) => edit[name] !== undefined) ?? 'transaction_type';
  throw fault(
    field,
    `you have linked this own transfer, and it would be none any more (${objection.reason}): end the link first, with DELETE /transfer/link/{link_uuid} and the uuid of the side that sends`,
  );
};

/** A place among the transfers of its hash, which no other has. */
const placeOf = async (db: Db, userId: bigint, before: Edited, edited: Edited): Promise<number | null> => {
  if (before.source !== 'manual' || edited.transactionHash === null) return null;
  const recorded = await transfersOfHashes(db, userId, [edited.transactionHash]);
  const others = recorded.filter(({ id }) => BigInt(id) !== before.id);
  const { places, repeated } = numberTransfers(others, [
    { ...edited, hash: edited.transactionHash, entry: { transaction_type: edited.transactionType } },
  ]);
  if (repeated.length > 0) throw new AppError('ConflictError', repeatedTransfer);
  const isMoved = before.transactionHash !== edited.transactionHash;
  return isMoved ? (places[0] ?? null) : before.transferIndex;
};

/**
 * Changes a transaction on its owner's word, and brings balances up to date. Of what a file, a chain or an exchange tells,
 * only what they cannot know can change; later evidence leaves it as its owner wants it.
 *
 * @throws TransactionError; PreconditionFailed; ConflictError for a transfer that is recorded already; BadRequestException
 *   for what cannot change, and for a change that would leave a wallet short at any moment, or break a link made by hand
 */
export const changeTransaction = async (
  change: Change,
  caller: Caller,
  { uuid, edit, now }: { uuid: string; edit: Edit; now: Date },
  ifMatch: IfMatch,
) => {
  const { db } = change;
  const { userId } = caller;
  await lockLedgers(db, userId);
  const stored = await requireTransaction(db, userId, uuid);
  const { row: before } = stored;
  ifMatch(await presentTransaction(db, userId, before.uuid));
  requireEditable(stored, edit);
  const edited = columnsOf(stored, edit, now);
  await requireFitsLink(db, userId, before, edited, edit);
  const transferIndex = await placeOf(db, userId, before, edited);
  const hashes = [before.transactionHash, edited.transactionHash].flatMap((hash) => hash ?? []);
  const watched = await reachedBalances(db, userId, { ids: [before.id], hashes, tokenIds: [before.tokenId] });
  const blame = () => [weighty.find((field) => edit[field] !== undefined) ?? 'body'];
  await changeLedgers(change, caller, { watched, blame }, async () => {
    const { id, uuid: _, createdAt: __, ...columns } = edited;
    await updateTransaction(db, userId, id, { ...columns, transferIndex });
    const reviewed = await reviewLinks(db, userId, [id]);
    return { touched: [since(before.balanceId, before.timestamp, edited.timestamp), ...reviewed], hashes };
  });
  if (edited.priceUsd === null && edited.valueUsd === null) await announceUnpriced(change, caller);
  return presentTransaction(db, userId, before.uuid);
};

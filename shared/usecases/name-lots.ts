/** Specific identification: disposals that name the lots that they consume. */
import type { Db } from '#shared/adapters/db/client.ts';
import { lockLedgers } from '#shared/adapters/db/ledger-units.ts';
import {
  acquisitionsOf,
  deleteSelections,
  type NewSelection,
  replaceSelections,
  type StoredSelection,
  selectionsOf,
} from '#shared/adapters/db/lot-selections.ts';
import { requireTransaction, type StoredTransaction } from '#shared/adapters/db/transaction-writes.ts';
import { presentTransaction } from '#shared/adapters/db/transactions.ts';
import { formatUnits } from '#shared/domain/decimal.ts';
import { isDisposal } from '#shared/domain/ledger.ts';
import { AppError, type Fault, fault, refuseFaults } from '#shared/errors.ts';
import { since } from './change-ledgers.ts';
import type { Caller, Change, IfMatch } from './context.ts';
import { quantityOf } from './entries.ts';
import { recalculateBalances } from './recalculate-balances.ts';
import { settle } from './settle.ts';

/** A lot as callers name it. */
export interface NamedLot {
  transaction_uuid: string;
  acquired_at?: string | undefined;
  amount?: string | undefined;
  raw_amount?: string | undefined;
}

const list = 'lot_selections';
const fieldOf = (place: number, field: keyof NamedLot): string => `${list}.${place}.${field}`;

const requireConsuming = ({ row }: StoredTransaction): void => {
  if (!isDisposal(row.transactionType)) {
    throw fault(list, `only a SELL, FEE or TRANSFER_OUT consumes lots, and this is a ${row.transactionType}`);
  }
  if (row.status !== 'confirmed') {
    throw fault(list, `only a confirmed transaction consumes lots, and this one is ${row.status}`);
  }
};

/** Naming a transaction names all its lots: with and without a date is twice as well. */
const isNamedTwice = (named: readonly NamedLot[], place: number): boolean => {
  const { transaction_uuid, acquired_at } = named[place] as NamedLot;
  return named
    .slice(0, place)
    .some(
      (other) =>
        other.transaction_uuid.toLowerCase() === transaction_uuid.toLowerCase() &&
        (acquired_at === undefined ||
          other.acquired_at === undefined ||
          Date.parse(other.acquired_at) === Date.parse(acquired_at)),
    );
};

type Acquisitions = Awaited<ReturnType<typeof acquisitionsOf>>;

/** What can be wrong with a lot that is named, before any replay. */
const objectionTo = (
  { row }: StoredTransaction,
  acquisition: StoredTransaction['row'] | undefined,
): string | null => {
  if (!acquisition) return 'expected a BUY or TRANSFER_IN of the same token in the same wallet';
  if (acquisition.status !== 'confirmed') {
    return `expected a confirmed transaction: this one is ${acquisition.status}`;
  }
  return acquisition.timestamp > row.timestamp
    ? `expected an acquisition before ${row.timestamp.toISOString()}: this one is of ${acquisition.timestamp.toISOString()}`
    : null;
};

/** @throws BadRequestException naming every lot that cannot be consumed by the transaction */
const resolveLots = (
  disposal: StoredTransaction,
  acquisitions: Acquisitions,
  named: readonly NamedLot[],
): NewSelection[] => {
  const { row, token } = disposal;
  const faults: Fault[] = [];
  const resolved = named.flatMap((lot, place) => {
    const acquisition = acquisitions.get(lot.transaction_uuid.toLowerCase());
    const objection = isNamedTwice(named, place)
      ? 'names a lot that is named before: name it once, with the whole amount'
      : objectionTo(disposal, acquisition);
    if (objection !== null || !acquisition) {
      faults.push({ field: fieldOf(place, 'transaction_uuid'), message: objection ?? '' });
      return [];
    }
    try {
      const acquiredAt = lot.acquired_at === undefined ? null : new Date(lot.acquired_at);
      return [{ acquisitionId: acquisition.id, acquiredAt, rawAmount: quantityOf(lot, token).rawAmount }];
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const [{ message } = { message: error.message }] = error.details ?? [];
      const field = lot.amount === undefined ? 'raw_amount' : 'amount';
      faults.push({ field: fieldOf(place, field), message });
      return [];
    }
  });
  refuseFaults(faults);
  const sum = resolved.reduce((total, { rawAmount }) => total + BigInt(rawAmount), 0n);
  if (sum > BigInt(row.rawAmount)) {
    const [all, whole] = [sum, BigInt(row.rawAmount)].map((raw) => formatUnits(raw, token.decimals));
    throw fault(
      list,
      `expected at most ${whole} in all, which the transaction disposes of: these are ${all}`,
    );
  }
  return resolved;
};

/** What the replay has found missing. */
const shortOf = (
  { token }: StoredTransaction,
  stored: readonly StoredSelection[],
  named: readonly NamedLot[],
): Fault[] =>
  stored.flatMap((selection, place) => {
    const taken = BigInt(selection.taken_raw_amount);
    if (taken === BigInt(selection.raw_amount)) return [];
    if (taken === 0n && named[place]?.acquired_at !== undefined) {
      const message =
        'nothing was left then that was acquired at this time: GET /balance/{balance_uuid}/lots tells the dates of lots';
      return [{ field: fieldOf(place, 'acquired_at'), message }];
    }
    const left = formatUnits(taken, token.decimals);
    const field = named[place]?.amount === undefined ? 'raw_amount' : 'amount';
    return [{ field: fieldOf(place, field), message: `only ${left} of it was left then: name no more` }];
  });

/**
 * Names the lots of a disposal, instead of those that it named, and replays from it on: at once, however much that is, for
 * only the replay knows what was left of a lot. The caller holds the lock of the user's ledgers.
 *
 * @throws TransactionError; BadRequestException for what consumes no lots, and for lots that are not there, not yet, or
 *   not as large
 */
export const consumeNamed = async (
  db: Db,
  userId: bigint,
  disposal: StoredTransaction,
  named: readonly NamedLot[],
): Promise<void> => {
  requireConsuming(disposal);
  const { id, balanceId, timestamp } = disposal.row;
  const uuids = named.map(({ transaction_uuid }) => transaction_uuid.toLowerCase());
  const acquisitions = await acquisitionsOf(db, userId, balanceId, uuids);
  await replaceSelections(db, userId, id, resolveLots(disposal, acquisitions, named));
  await recalculateBalances(db, userId, new Map([[Number(balanceId), timestamp.getTime()]]));
  refuseFaults(shortOf(disposal, await selectionsOf(db, userId, disposal.row), named));
};

/** The lots that a transaction names, as the API shows them. */
const presentLots = async (db: Db, userId: bigint, { row, token }: StoredTransaction) => {
  const { balance_state } = await presentTransaction(db, userId, row.uuid);
  const amountOf = (raw: string) => formatUnits(BigInt(raw), token.decimals);
  const stored = await selectionsOf(db, userId, row);
  return {
    transaction_uuid: row.uuid,
    balance_state,
    lot_selections: stored.map(({ acquisition_uuid, acquired_at, raw_amount, taken_raw_amount }) => ({
      transaction_uuid: acquisition_uuid,
      acquired_at: acquired_at === null ? null : new Date(Number(acquired_at)).toISOString(),
      amount: amountOf(raw_amount),
      raw_amount,
      taken_amount: amountOf(taken_raw_amount),
    })),
  };
};

/**
 * Shows the lots that a transaction names, and how much of each it has consumed.
 *
 * @throws TransactionError
 */
export const showNamedLots = async (db: Db, userId: bigint, uuid: string) =>
  presentLots(db, userId, await requireTransaction(db, userId, uuid));

/**
 * Names the lots of a recorded disposal.
 *
 * @throws TransactionError, PreconditionFailed, and what `consumeNamed` throws
 */
export const nameLots = async (
  db: Db,
  userId: bigint,
  { uuid, named }: { uuid: string; named: readonly NamedLot[] },
  ifMatch: IfMatch,
) => {
  await lockLedgers(db, userId);
  const disposal = await requireTransaction(db, userId, uuid);
  ifMatch(await presentLots(db, userId, disposal));
  await consumeNamed(db, userId, disposal, named);
  return presentLots(db, userId, disposal);
};

/**
 * Lets the method choose the lots of a disposal again.
 *
 * @throws TransactionError, PreconditionFailed
 */
export const unnameLots = async (
  change: Change,
  caller: Caller,
  uuid: string,
  ifMatch: IfMatch,
): Promise<void> => {
  const { db } = change;
  const { userId } = caller;
  await lockLedgers(db, userId);
  const disposal = await requireTransaction(db, userId, uuid);
  ifMatch(await presentLots(db, userId, disposal));
  const { id, balanceId, timestamp } = disposal.row;
  if (await deleteSelections(db, userId, id)) await settle(change, caller, [since(balanceId, timestamp)]);
};

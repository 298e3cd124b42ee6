import type { Term } from './holding-period.ts';
import type { Lot, Scale } from './lot.ts';
import { type LotQueue, queueOf } from './lot-queue.ts';
import { everyYear, type Method, type MethodPlan, type Period, periodAt } from './method.ts';
import type { Ordered } from './order.ts';

export type TransactionType = 'BUY' | 'SELL' | 'TRANSFER_IN' | 'TRANSFER_OUT' | 'FEE';
export type DisposalType = 'SELL' | 'TRANSFER_OUT' | 'FEE';

/** Whether transactions of a type consume lots; the others open some. */
export const isDisposal = (type: TransactionType): type is DisposalType =>
  type !== 'BUY' && type !== 'TRANSFER_IN';

/** Lots that a disposal names: those that a transaction opened, or the one of them with the date of acquisition. */
export interface LotSelection {
  readonly transactionId: number;
  readonly acquiredAt: number | null;
  readonly quantity: bigint;
}

/** A transaction as the replay sees it. Unknown is null, never zero. */
export interface LedgerEvent extends Ordered {
  /** The balance it belongs to. */
  balanceId: number;
  type: TransactionType;
  /** In the token's smallest unit. */
  quantity: bigint;
  /** For the sending side of an own transfer: what the other side receives. */
  arrives: bigint | null;
  /** USD per whole token, 18 places. */
  price: bigint | null;
  /** The value as a whole, in money; where it is known it counts instead of the price. */
  value: bigint | null;
  /** Fee in USD, in money. */
  fee: bigint;
  /** Specific identification: what is named goes first, and the rest by the method. */
  selections: readonly LotSelection[] | null;
}

/** A slice of a lot that a disposal consumed; without a lot, the part that none covers. */
export interface Match {
  readonly sequence: number;
  /** What disposed of the slice; for a `REBASE`, the first transaction of the year that begins it. */
  readonly event: LedgerEvent;
  readonly lot: Lot | null;
  /** A `REBASE` closes a lot that leaves a stretch of average cost; another lot goes on with the averaged cost. */
  readonly kind: DisposalType | 'REBASE';
  /** What chose the lot, and its cost; null without a lot. */
  readonly method: Method | 'SPECIFIC' | null;
  readonly quantity: bigint;
  /** The part of the cost that is no price x quantity: all of it under average cost. Money. */
  readonly lump: bigint;
  /** In money; null where it is unknown. */
  readonly cost: bigint | null;
  /** In money; null where they are unknown, and where nothing is realized. */
  readonly proceeds: bigint | null;
  /** Milliseconds since 1970. */
  readonly disposedAt: number;
  readonly term: Term | null;
  /** The fee in USD that the transaction is counted with, in its first match; money. */
  readonly fee: bigint;
}

/** Sums over everything that happened to a balance. Money and quantities are exact. */
export interface Totals {
  quantity: bigint;
  /** Cost of what is open, as far as it is known. */
  cost: bigint;
  /** Open quantity whose cost is unknown. */
  unknownQuantity: bigint;
  bought: bigint;
  /** Proceeds of sales, and the quantity they were for. */
  sold: bigint;
  soldQuantity: bigint;
  /** Gain where both cost and proceeds are known. */
  realized: bigint;
  /** Proceeds whose cost is unknown: the most by which the realized gain may be higher. */
  unknownCostProceeds: bigint;
  /** Slices sold or spent of which the cost or the proceeds are unknown. */
  unknownSlices: number;
  shortfall: bigint;
  fees: bigint;
}

export const noTotals = (): Totals => ({
  quantity: 0n,
  cost: 0n,
  unknownQuantity: 0n,
  bought: 0n,
  sold: 0n,
  soldQuantity: 0n,
  realized: 0n,
  unknownCostProceeds: 0n,
  unknownSlices: 0,
  shortfall: 0n,
  fees: 0n,
});

/** One balance during a replay: what it held before, and what the replay adds and changes. */
export interface Ledger {
  readonly balanceId: number;
  readonly scale: Scale;
  readonly plan: MethodPlan;
  /** The tax year that the replay has come to. */
  period: Period;
  queue: LotQueue;
  /**
   * Whether lots have been consumed at average cost: then the cost of what is open is the total's, in proportion to the
   * quantities, and not the lots' own.
   */
  isPooled: boolean;
  readonly totals: Totals;
  nextLot: number;
  nextMatch: number;
  newLots: Lot[];
  /** How many lots have been spent since somebody last looked through them. */
  spentLots: number;
  matches: Match[];
}

const beforeAnyYear: Period = {
  method: 'FIFO',
  from: Number.NEGATIVE_INFINITY,
  until: Number.NEGATIVE_INFINITY,
};

/** What a balance held when a replay begins. Lots that will surely not be reached may be absent. */
export interface Opening {
  lots: readonly Lot[];
  /** When the last match was made, if that took lots at average cost; else null. Milliseconds since 1970. */
  pooledAt: number | null;
  totals: Totals;
  nextLot: number;
  nextMatch: number;
}

/** A lot that was opened since, in a year with another method, tells that the pool has ended, and was empty then. */
const isPooled = ({ lots, pooledAt }: Opening, plan: MethodPlan): boolean =>
  pooledAt !== null &&
  !lots.some(({ openedAt }) => openedAt > pooledAt && periodAt(plan, openedAt).method !== 'AVERAGE');

/** A balance from which a replay goes on. */
export const ledgerFrom = (
  balanceId: number,
  scale: Scale,
  opening: Opening,
  plan: MethodPlan = everyYear('FIFO'),
): Ledger => ({
  ...{ balanceId, scale, plan, period: beforeAnyYear, newLots: [], spentLots: 0, matches: [] },
  ...{ queue: queueOf(opening.lots, 'FIFO', scale), isPooled: isPooled(opening, plan) },
  ...{ totals: opening.totals, nextLot: opening.nextLot, nextMatch: opening.nextMatch },
});

/** A balance before its first transaction. */
export const emptyLedger = (balanceId: number, scale: Scale, plan?: MethodPlan): Ledger =>
  ledgerFrom(
    balanceId,
    scale,
    { lots: [], pooledAt: null, totals: noTotals(), nextLot: 1, nextMatch: 1 },
    plan,
  );

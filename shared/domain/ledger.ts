import type { LotQueue } from './fifo.ts';
import type { Term } from './holding-period.ts';
import type { Lot } from './lot.ts';
import type { Ordered } from './order.ts';

export type TransactionType = 'BUY' | 'SELL' | 'TRANSFER_IN' | 'TRANSFER_OUT' | 'FEE';
export type DisposalType = 'SELL' | 'TRANSFER_OUT' | 'FEE';

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
}

/** A slice of a lot that a disposal consumed; without a lot, the part that none covers. */
export interface Match {
  readonly balanceId: number;
  readonly sequence: number;
  readonly transactionId: number;
  readonly lotSequence: number | null;
  readonly kind: DisposalType;
  readonly quantity: bigint;
  readonly unitPrice: bigint;
  readonly lump: bigint;
  readonly basisKnown: boolean;
  readonly cost: bigint | null;
  readonly proceeds: bigint | null;
  readonly gain: bigint | null;
  readonly acquiredAt: number | null;
  readonly disposedAt: number;
  readonly term: Term | null;
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

const noTotals = (): Totals => ({
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
  readonly queue: LotQueue;
  readonly totals: Totals;
  nextLot: number;
  nextMatch: number;
  readonly newLots: Lot[];
  readonly matches: Match[];
}

/** A balance before its first transaction. */
export const emptyLedger = (balanceId: number): Ledger => ({
  balanceId,
  queue: { lots: [], head: 0 },
  totals: noTotals(),
  nextLot: 1,
  nextMatch: 1,
  newLots: [],
  matches: [],
});

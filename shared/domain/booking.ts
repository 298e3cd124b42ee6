/** Writing into the books of a replay: lots that open, slices of lots that are consumed. */
import { termOf } from './holding-period.ts';
import type { Ledger, Match } from './ledger.ts';
import { costOf, type Lot, worthAt } from './lot.ts';
import { enqueue } from './lot-queue.ts';

/** A slice on its way from one wallet to another. */
export interface Slice {
  readonly quantity: bigint;
  /** USD per whole token, 18 places. */
  readonly unitPrice: bigint;
  readonly lump: bigint;
  readonly basisKnown: boolean;
  readonly acquiredAt: number | null;
}

/** Slices that own transfers sent and that have not arrived yet, by the sending transaction. */
export type Carried = Map<number, Slice[]>;

export interface Replay {
  readonly ledgers: ReadonlyMap<number, Ledger>;
  readonly carried: Carried;
  /** The moment of the event being applied. Milliseconds since 1970. */
  clock: number;
  /** The event's fee in USD until a lot or a match has taken it. */
  fee: bigint;
}

/** A replay onto ledgers, which it will change: lots are consumed in place, lots and matches are added, totals move along. */
export const startReplay = (ledgers: ReadonlyMap<number, Ledger>, carried: Carried = new Map()): Replay => ({
  ledgers,
  carried,
  clock: Number.NEGATIVE_INFINITY,
  fee: 0n,
});

/** The first lot or match of an event takes its fee, so that undoing them takes it back. */
const takeFee = (ledger: Ledger, replay: Replay): bigint => {
  const { fee } = replay;
  if (fee === 0n) return fee;
  replay.fee = 0n;
  ledger.totals.fees += fee;
  return fee;
};

type NewLot = Pick<Lot, 'kind' | 'acquiredAt' | 'quantity' | 'basisKnown' | 'unitPrice' | 'lump'>;

export const openLot = (ledger: Ledger, transactionId: number, lot: NewLot, replay: Replay): void => {
  const opened: Lot = {
    sequence: ledger.nextLot++,
    transactionId,
    kind: lot.kind,
    acquiredAt: lot.acquiredAt,
    openedAt: replay.clock,
    quantity: lot.quantity,
    remaining: lot.quantity,
    basisKnown: lot.basisKnown,
    unitPrice: lot.unitPrice,
    lump: lot.lump,
    remainingLump: lot.lump,
    fee: takeFee(ledger, replay),
  };
  enqueue(ledger.queue, opened);
  ledger.newLots.push(opened);
  const { totals } = ledger;
  totals.quantity += lot.quantity;
  if (!lot.basisKnown) {
    totals.unknownQuantity += lot.quantity;
    return;
  }
  const cost = costOf(opened, ledger.scale);
  totals.cost += cost;
  if (lot.kind === 'BUY') totals.bought += cost;
};

type NewMatch = Pick<Match, 'event' | 'lot' | 'kind' | 'method' | 'quantity' | 'lump' | 'proceeds'>;

export const addMatch = (ledger: Ledger, slice: NewMatch, replay: Replay): void => {
  const { event, lot, method, quantity, lump } = slice;
  const { totals } = ledger;
  let cost: bigint | null = null;
  if (lot !== null) {
    totals.quantity -= quantity;
    if (lot.basisKnown) {
      cost = method === 'AVERAGE' ? lump : worthAt(lot.unitPrice, quantity, lump, ledger.scale);
      totals.cost -= cost;
    } else totals.unknownQuantity -= quantity;
  }
  ledger.matches.push({
    sequence: ledger.nextMatch++,
    event,
    lot,
    kind: slice.kind,
    method,
    quantity,
    lump,
    cost,
    proceeds: slice.proceeds,
    disposedAt: replay.clock,
    term: lot === null ? null : termOf(lot.acquiredAt, replay.clock),
    fee: takeFee(ledger, replay),
  });
};

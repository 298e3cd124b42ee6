/** What a disposal takes out of which lots, at what cost, for what proceeds. */
import { addMatch, type Replay } from './booking.ts';
import type { DisposalType, Ledger, LedgerEvent } from './ledger.ts';
import { type Lot, type Scale, shareOf, worthAt } from './lot.ts';
import { firstLot } from './lot-queue.ts';
import type { NamedLot } from './selection.ts';

/** A disposal under way. */
interface Disposal {
  readonly event: LedgerEvent;
  readonly kind: DisposalType;
  /** What is still to be covered. */
  quantity: bigint;
  /** Proceeds that are still to be shared; null where they are unknown, or there are none. */
  proceeds: bigint | null;
  /** The part of the proceeds that is no price x quantity. */
  lump: bigint;
  /** Whether the transaction itself names the lots that are being taken. */
  isNamed: boolean;
  /** Proceeds of slices whose cost is unknown, and the number of these slices. */
  unknownProceeds: bigint;
  unknownSlices: number;
}

/** The share of the proceeds that falls to a slice: the last takes the rest, exactly. */
const takeProceeds = (disposal: Disposal, slice: bigint, scale: Scale): bigint | null => {
  const { proceeds, quantity, event } = disposal;
  if (proceeds === null || slice === quantity) return proceeds;
  const lump = shareOf(disposal.lump, slice, quantity, scale);
  const share =
    event.value === null && event.price !== null ? worthAt(event.price, slice, lump, scale) : lump;
  if (lump !== 0n) disposal.lump -= lump;
  disposal.proceeds = proceeds - share;
  return share;
};

/** The share of a lot's lump that goes with a slice of it. */
const takeLump = (lot: Lot, slice: bigint, scale: Scale): bigint => {
  if (lot.remainingLump === 0n) return 0n;
  const lump = shareOf(lot.remainingLump, slice, lot.remaining, scale);
  lot.remainingLump -= lump;
  return lump;
};

/** Under average cost all that is open and whose cost is known is one pool; a slice costs its share of that. */
export const poolShare = ({ totals, scale }: Ledger, lot: Lot, slice: bigint): bigint =>
  lot.basisKnown ? shareOf(totals.cost, slice, totals.quantity - totals.unknownQuantity, scale) : 0n;

/** Consumes part of a lot. */
const take = (ledger: Ledger, disposal: Disposal, lot: Lot, quantity: bigint, replay: Replay): void => {
  const { event, kind } = disposal;
  const { method } = ledger.period;
  const isPooling = method === 'AVERAGE';
  const lump = isPooling ? poolShare(ledger, lot, quantity) : takeLump(lot, quantity, ledger.scale);
  const proceeds = takeProceeds(disposal, quantity, ledger.scale);
  if (quantity === lot.remaining) {
    lot.remaining = 0n;
    ledger.spentLots += 1;
  } else lot.remaining -= quantity;
  disposal.quantity = quantity === disposal.quantity ? 0n : disposal.quantity - quantity;
  ledger.isPooled = isPooling;
  if (!lot.basisKnown) {
    disposal.unknownSlices += 1;
    disposal.unknownProceeds += proceeds ?? 0n;
  }
  const chosenBy = disposal.isNamed && !isPooling ? 'SPECIFIC' : method;
  addMatch(ledger, { event, lot, kind, method: chosenBy, quantity, lump, proceeds }, replay);
};

/** The part of a disposal that no lot covers. */
const miss = (ledger: Ledger, disposal: Disposal, replay: Replay): void => {
  const { event, kind, quantity, proceeds } = disposal;
  ledger.isPooled = false;
  ledger.totals.shortfall += quantity;
  disposal.unknownSlices += 1;
  disposal.unknownProceeds += proceeds ?? 0n;
  addMatch(ledger, { event, lot: null, kind, method: null, quantity, lump: 0n, proceeds }, replay);
};

const smaller = (left: bigint, right: bigint): bigint => (left < right ? left : right);

/** Consumes the lots that the transaction names, as far as they go, and then those that the method chooses. */
const cover = (
  ledger: Ledger,
  disposal: Disposal,
  named: readonly NamedLot[] | null,
  replay: Replay,
): void => {
  if (named !== null) {
    disposal.isNamed = true;
    for (const each of named) {
      const quantity = smaller(smaller(each.quantity, each.lot.remaining), disposal.quantity);
      if (quantity === 0n) continue;
      each.quantity -= quantity;
      take(ledger, disposal, each.lot, quantity, replay);
    }
    disposal.isNamed = false;
  }
  while (disposal.quantity > 0n) {
    const lot = firstLot(ledger.queue);
    if (lot === undefined) {
      miss(ledger, disposal, replay);
      return;
    }
    take(ledger, disposal, lot, smaller(lot.remaining, disposal.quantity), replay);
  }
};

/** Part of a transaction that disposes of coins, and the lump of its proceeds. */
export interface Part {
  readonly kind: DisposalType;
  readonly quantity: bigint;
  readonly lump: bigint;
}

/** Books a disposal. What it realizes is counted once for all its slices: their sums are exact. */
export const dispose = (
  ledger: Ledger,
  event: LedgerEvent,
  { kind, quantity, lump }: Part,
  named: readonly NamedLot[] | null,
  replay: Replay,
): void => {
  const { price, value } = event;
  const { totals } = ledger;
  const isSent = kind === 'TRANSFER_OUT';
  const isPriced = !isSent && (price !== null || value !== null);
  const proceeds = !isPriced
    ? null
    : value === null && price !== null
      ? worthAt(price, quantity, lump, ledger.scale)
      : lump;
  const costBefore = totals.cost;
  const slicesBefore = ledger.nextMatch;
  const disposal: Disposal = {
    event,
    kind,
    quantity,
    proceeds,
    lump,
    isNamed: false,
    unknownProceeds: 0n,
    unknownSlices: 0,
  };
  cover(ledger, disposal, named, replay);
  if (isSent) return;
  if (proceeds === null) {
    totals.unknownSlices += ledger.nextMatch - slicesBefore;
    return;
  }
  // What the disposal cost is what the total has lost.
  totals.realized += proceeds - (costBefore - totals.cost);
  if (disposal.unknownSlices > 0) {
    totals.realized -= disposal.unknownProceeds;
    totals.unknownCostProceeds += disposal.unknownProceeds;
    totals.unknownSlices += disposal.unknownSlices;
  }
  if (kind === 'FEE') {
    totals.fees += proceeds;
    return;
  }
  totals.sold += proceeds;
  totals.soldQuantity += quantity;
};

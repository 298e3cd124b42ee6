/**
 * First in, first out over one balance, in integers of fixed width: the rules of `domain/replay.ts` and `disposal.ts` for the
 * common case. What does not fit is left to those: `kernel.ts` sees to it.
 */
import { isLongTerm } from './calendar';
import { addLot, endOldest, oldestLot, placeLots } from './lots';
import { setScale, shareOf, toUnit } from './money';
import { beginParsing, readRows } from './parse';
import * as R from './records';
import {
  boughtTotal,
  costTotal,
  feesTotal,
  quantityTotal,
  realizedTotal,
  shortfallTotal,
  soldQuantityTotal,
  soldTotal,
  totals,
  unknownCostProceedsTotal,
  unknownQuantityTotal,
  unknownSlicesTotal,
} from './totals';
import * as W from './wide';

/** Quantities stay below 2^120, and with fewer decimals below less: then no product, and no sum of products, overflows. */
const quantityBits = 120;

let clock: i64 = i64.MIN_VALUE;
let nextLot: i64 = 1;

// Transactions wait at `events`, matches are written at `matches`, their rows at `rows`, and lots lie behind them, as far as
// memory goes.
let events: usize = 0;
let room: i32 = 0;
let matches: usize = 0;
let mostMatches: i32 = 0;
let rows: usize = 0;

let event: usize = 0;
let eventsEnd: usize = 0;
let written: i32 = 0;

/** The transaction's fee until a lot or a match has taken it. */
const fee = memory.data(32);

// The disposal under way, if any: what is left to cover, and its proceeds.
let isDisposing: bool = false;
let hasProceeds: bool = false;
const left = memory.data(16);
const unitProceeds = memory.data(32);
const proceeds = memory.data(32);
const proceedsLump = memory.data(32);
const whole = memory.data(32);
const unknownProceeds = memory.data(32);
const consumedCost = memory.data(32);
let unknownSlices: u64 = 0;
let slices: u64 = 0;

const unitCost = memory.data(32);
const share = memory.data(32);
const slice = memory.data(16);

/** The first lot or match of a transaction takes its fee. */
function takeFee(to: usize): void {
  W.copy256(to, fee);
  if (W.isZero256(fee)) return;
  W.add256(feesTotal, fee);
  W.clear256(fee);
}

function acquire(): void {
  const lot = addLot();
  const kind: i32 = load<u8>(event, R.eventType);
  const hasPrice = load<u8>(event, R.eventHasPrice) !== 0;
  const hasValue = load<u8>(event, R.eventHasValue) !== 0;
  const isKnown = hasPrice || hasValue;
  store<i64>(lot, nextLot++, R.lotSequence);
  store<f64>(lot, load<f64>(event, R.eventId), R.lotTransaction);
  store<i64>(lot, clock, R.lotAcquiredAt);
  W.copy128(lot + R.lotQuantity, event + R.eventQuantity);
  W.copy128(lot + R.lotRemaining, event + R.eventQuantity);
  store<u8>(lot, u8(kind), R.lotKind);
  store<u8>(lot, u8(isKnown), R.lotBasisKnown);
  if (hasPrice && !hasValue) W.copy128(lot + R.lotUnitPrice, event + R.eventPrice);
  else {
    store<u64>(lot, 0, R.lotUnitPrice);
    store<u64>(lot, 0, R.lotUnitPrice + 8);
  }
  const lump = lot + R.lotLump;
  if (hasValue) W.copy256(lump, event + R.eventValue);
  else W.clear256(lump);
  if (isKnown && kind === R.buy) W.add256(lump, event + R.eventFee);
  W.copy256(lot + R.lotRemainingLump, lump);
  takeFee(lot + R.lotFee);
  W.add128(quantityTotal, lot + R.lotQuantity);
  if (!isKnown) {
    W.add128(unknownQuantityTotal, lot + R.lotQuantity);
    return;
  }
  toUnit(unitCost, lot + R.lotUnitPrice);
  W.multiplyUnit(share, unitCost, lot + R.lotQuantity);
  W.add256(share, lump);
  W.add256(costTotal, share);
  if (kind === R.buy) W.add256(boughtTotal, share);
}

function beginDisposal(): void {
  const kind: i32 = load<u8>(event, R.eventType);
  const hasPrice = load<u8>(event, R.eventHasPrice) !== 0;
  const hasValue = load<u8>(event, R.eventHasValue) !== 0;
  isDisposing = true;
  hasProceeds = kind !== R.transferOut && (hasPrice || hasValue);
  W.copy128(left, event + R.eventQuantity);
  W.clear256(unknownProceeds);
  W.clear256(consumedCost);
  unknownSlices = 0;
  slices = 0;
  if (!hasProceeds) return;
  if (hasValue) W.copy256(proceedsLump, event + R.eventValue);
  else W.clear256(proceedsLump);
  if (kind === R.sell) W.subtract256(proceedsLump, event + R.eventFee);
  if (hasValue) {
    W.clear256(unitProceeds);
    W.copy256(proceeds, proceedsLump);
  } else {
    toUnit(unitProceeds, event + R.eventPrice);
    W.multiplyUnit(proceeds, unitProceeds, left);
    W.add256(proceeds, proceedsLump);
  }
  W.copy256(whole, proceeds);
}

/** The share of the proceeds that falls to the slice: the last takes the rest, exactly. */
function takeProceeds(to: usize): void {
  if (W.isEqual128(slice, left)) {
    W.copy256(to, proceeds);
    return;
  }
  W.multiplyUnit(to, unitProceeds, slice);
  if (!W.isZero256(proceedsLump)) {
    shareOf(share, proceedsLump, slice, left);
    W.subtract256(proceedsLump, share);
    W.add256(to, share);
  }
  W.subtract256(proceeds, to);
}

/** Books the next slice of the disposal under way, from the oldest lot, or from none. */
function takeSlice(): void {
  const match = matches + usize(written) * R.matchSize;
  written++;
  slices++;
  const lot = oldestLot();
  const hasLot = lot !== 0;
  const isKnown = hasLot && load<u8>(lot, R.lotBasisKnown) !== 0;
  if (hasLot && W.isLess128(lot + R.lotRemaining, left)) W.copy128(slice, lot + R.lotRemaining);
  else W.copy128(slice, left);
  store<f64>(match, load<f64>(event, R.eventId), R.matchTransaction);
  store<i64>(match, clock, R.matchDisposedAt);
  W.copy128(match + R.matchQuantity, slice);
  store<u8>(match, load<u8>(event, R.eventType), R.matchKind);
  store<u8>(match, u8(isKnown), R.matchHasCost);
  store<u8>(match, u8(hasProceeds), R.matchHasProceeds);
  if (hasProceeds) takeProceeds(match + R.matchProceeds);
  if (hasLot) {
    store<u32>(match, u32(load<u64>(lot, R.lotSequence)), R.matchLot);
    store<i64>(match, load<i64>(lot, R.lotAcquiredAt), R.matchAcquiredAt);
    store<u8>(match, u8(isLongTerm(load<i64>(lot, R.lotAcquiredAt), clock)), R.matchIsLong);
    const lump = match + R.matchLump;
    shareOf(lump, lot + R.lotRemainingLump, slice, lot + R.lotRemaining);
    if (!W.isZero256(lump)) W.subtract256(lot + R.lotRemainingLump, lump);
    if (isKnown) {
      toUnit(unitCost, lot + R.lotUnitPrice);
      W.multiplyUnit(match + R.matchCost, unitCost, slice);
      W.add256(match + R.matchCost, lump);
      W.add256(consumedCost, match + R.matchCost);
    } else W.widenedSubtract(unknownQuantityTotal, slice);
    W.widenedSubtract(quantityTotal, slice);
    W.subtract128(lot + R.lotRemaining, slice);
    if (W.isZero128(lot + R.lotRemaining)) endOldest();
  } else {
    store<u32>(match, 0, R.matchLot);
    W.clear256(match + R.matchLump);
    W.add128(shortfallTotal, slice);
  }
  if (!isKnown) {
    unknownSlices++;
    if (hasProceeds) W.add256(unknownProceeds, match + R.matchProceeds);
  }
  takeFee(match + R.matchFee);
  W.subtract128(left, slice);
}

/** What a disposal realizes is counted once for all its slices: their sums are exact. */
function endDisposal(): void {
  const kind: i32 = load<u8>(event, R.eventType);
  isDisposing = false;
  W.subtract256(costTotal, consumedCost);
  if (kind === R.transferOut) return;
  if (!hasProceeds) {
    store<u64>(unknownSlicesTotal, load<u64>(unknownSlicesTotal) + slices);
    return;
  }
  W.add256(realizedTotal, whole);
  W.subtract256(realizedTotal, consumedCost);
  if (unknownSlices > 0) {
    W.subtract256(realizedTotal, unknownProceeds);
    W.add256(unknownCostProceedsTotal, unknownProceeds);
    store<u64>(unknownSlicesTotal, load<u64>(unknownSlicesTotal) + unknownSlices);
  }
  if (kind === R.spentAsFee) {
    W.add256(feesTotal, whole);
    return;
  }
  W.add256(soldTotal, whole);
  W.add128(soldQuantityTotal, event + R.eventQuantity);
}

/** Goes on with the transactions; gives false when the room for matches is used up before they are all applied. */
export function run(): bool {
  while (event < eventsEnd) {
    if (!isDisposing) {
      const at = i64(load<f64>(event, R.eventAt));
      if (at > clock) clock = at;
      if (!W.isZero128(event + R.eventQuantity)) {
        W.copy256(fee, event + R.eventFee);
        if (i32(load<u8>(event, R.eventType)) <= R.transferIn) acquire();
        else beginDisposal();
      }
    }
    if (isDisposing) {
      while (!W.isZero128(left)) {
        if (written === mostMatches) return false;
        takeSlice();
      }
      endDisposal();
    }
    event += R.eventSize;
  }
  return true;
}

/** Lays the memory out for so many transactions, matches, and bytes of rows that come and go. */
export function layOut(mostEvents: i32, most: i32, rowBytes: i32, factor: u64): void {
  events = (__heap_base + 15) & ~15;
  matches = events + usize(mostEvents) * R.eventSize;
  mostMatches = most;
  rows = matches + usize(most) * R.matchSize;
  beginParsing(rows + rowBytes, quantityBits - (64 - i32(clz<u64>(factor))) + 1);
  placeLots(rows + 2 * rowBytes);
  room = mostEvents;
  setScale(factor);
}

/** Takes up rows that have come; those before are done, and so are the matches. Gives their number. */
export function supply(): i32 {
  const count = readRows(events, room);
  event = events;
  eventsEnd = events + usize(count) * R.eventSize;
  return count;
}

export function takeMatches(): i32 {
  const count = written;
  written = 0;
  return count;
}

export function matchesAt(): usize {
  return matches;
}

export function rowsAt(): usize {
  return rows;
}

export function totalsAt(): usize {
  return totals;
}

/** The time of the last transaction, and the number of the next lot. */
export function clockAt(): f64 {
  return f64(clock);
}

export function nextLotNumber(): f64 {
  return f64(nextLot);
}

export function begin(firstNewLot: f64): void {
  nextLot = i64(firstNewLot);
}

export * from './copy';
export { allLots, bringLots, dropLots, lotsAt, spentLots } from './lots';
export { accept, inputEnd, isStuck, lastRow, lastTies, lastTime, restartInput, rowsRead } from './parse';

/** Lots in a row, the oldest first: new ones join behind, and are spent from the front. They lie behind all else in memory. */
import * as R from './records';

let lots: usize = 0;
let first: i32 = 0;
let end: i32 = 0;

function lotAt(place: i32): usize {
  return lots + usize(place) * R.lotSize;
}

/**
 * Sees to it that memory goes that far, and twice as far each time: what is not touched takes no room, but V8 collects its
 * garbage after every few megabytes that are asked for.
 */
export function reach(end: usize): void {
  const missing = i32((end + 0xffff) >> 16) - memory.size();
  if (missing > 0 && memory.grow(max(missing, memory.size())) < 0)
    throw new Error('no memory is left for lots');
}

export function placeLots(at: usize): void {
  lots = at;
  reach(lots);
}

/** Room for one more. */
export function addLot(): usize {
  end++;
  reach(lotAt(end));
  return lotAt(end - 1);
}

/** The one that is consumed next; 0 where none is left. */
export function oldestLot(): usize {
  return first < end ? lotAt(first) : 0;
}

export function endOldest(): void {
  first++;
}

export function lotsAt(): usize {
  return lots;
}

export function spentLots(): i32 {
  return first;
}

export function allLots(): i32 {
  return end;
}

/** Lets the lots before a place go. */
export function dropLots(count: i32): void {
  memory.copy(lots, lotAt(count), usize(end - count) * R.lotSize);
  first -= count;
  end -= count;
}

/** Makes room for lots that were there before; gives where they are to be written. */
export function bringLots(count: i32): usize {
  end += count;
  reach(lotAt(end));
  return lots;
}

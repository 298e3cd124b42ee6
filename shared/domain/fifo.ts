import { type Lot, type Scale, type Slice, takeSlice } from './lot.ts';

/** Open lots, the first to go first: by date of acquisition, then by their number. Those before `head` are spent. */
export interface LotQueue {
  lots: Lot[];
  head: number;
}

const goesBefore = (left: Lot, right: Lot): boolean =>
  left.acquiredAt < right.acquiredAt ||
  (left.acquiredAt === right.acquiredAt && left.sequence < right.sequence);

/** Adds a lot at its place. Nearly always that is the end; only coins carried in from another wallet may be older. */
export const enqueue = (queue: LotQueue, lot: Lot): void => {
  const { lots } = queue;
  const last = lots.at(-1);
  if (queue.head >= lots.length || last === undefined || !goesBefore(lot, last)) {
    lots.push(lot);
    return;
  }
  let low = queue.head;
  let high = lots.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const candidate = lots[middle];
    if (candidate !== undefined && goesBefore(candidate, lot)) low = middle + 1;
    else high = middle;
  }
  lots.splice(low, 0, lot);
};

/**
 * Consumes lots first in, first out. What no lot covers comes back as a last slice without a lot: incomplete history is
 * data, not an exception.
 */
export const consumeFifo = (queue: LotQueue, quantity: bigint, scale: Scale): Slice[] => {
  const slices: Slice[] = [];
  let wanted = quantity;
  while (wanted > 0n) {
    const lot = queue.lots[queue.head];
    if (lot === undefined) break;
    const taken = lot.remaining < wanted ? lot.remaining : wanted;
    slices.push(takeSlice(lot, taken, scale));
    wanted -= taken;
    if (lot.remaining === 0n) queue.head += 1;
  }
  if (wanted > 0n) {
    slices.push({
      lot: null,
      quantity: wanted,
      unitPrice: 0n,
      lump: 0n,
      basisKnown: false,
      acquiredAt: null,
    });
  }
  return slices;
};

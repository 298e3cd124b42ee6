/** Open lots in the order in which a method consumes them. */
import { costOf, type Lot, type Scale } from './lot.ts';
import type { Method } from './method.ts';

type Precedes = (left: Lot, right: Lot) => boolean;

const isOlder: Precedes = (left, right) =>
  left.acquiredAt === right.acquiredAt ? left.sequence < right.sequence : left.acquiredAt < right.acquiredAt;

const isYounger: Precedes = (left, right) =>
  left.acquiredAt === right.acquiredAt ? left.sequence < right.sequence : left.acquiredAt > right.acquiredAt;

/** By cost per unit when they were opened, compared as fractions; unknown costs come last, and ties are the older's. */
const byUnitCost =
  (scale: Scale, isDearFirst: boolean): Precedes =>
  (left, right) => {
    if (!left.basisKnown || !right.basisKnown) {
      return left.basisKnown === right.basisKnown ? isOlder(left, right) : left.basisKnown;
    }
    const isPlain = left.lump === 0n && right.lump === 0n;
    const one = isPlain ? left.unitPrice : costOf(left, scale) * right.quantity;
    const other = isPlain ? right.unitPrice : costOf(right, scale) * left.quantity;
    if (one === other) return isOlder(left, right);
    return one > other === isDearFirst;
  };

/** The average of cost has no order of its own: holding periods count as if the oldest went first. */
const orderOf = (method: Method, scale: Scale): Precedes => {
  if (method === 'LIFO') return isYounger;
  if (method === 'HIFO') return byUnitCost(scale, true);
  if (method === 'LOFO') return byUnitCost(scale, false);
  return isOlder;
};

/**
 * Lots mostly come in order: those stand in line, which costs nothing. What comes out of order (coins that another
 * wallet held before, and all but the first under most methods) waits in a heap.
 */
export interface LotQueue {
  readonly method: Method;
  readonly precedes: Precedes;
  line: Lot[];
  /** Place of the first in line; those before it are spent. */
  head: number;
  readonly heap: Lot[];
}

const push = ({ heap, precedes }: LotQueue, lot: Lot): void => {
  let place = heap.length;
  heap.push(lot);
  while (place > 0) {
    const above = (place - 1) >>> 1;
    const parent = heap[above] as Lot;
    if (!precedes(lot, parent)) break;
    heap[place] = parent;
    place = above;
  }
  heap[place] = lot;
};

const dropTop = ({ heap, precedes }: LotQueue): void => {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let place = 0;
  for (;;) {
    let below = 2 * place + 1;
    if (below >= heap.length) break;
    if (below + 1 < heap.length && precedes(heap[below + 1] as Lot, heap[below] as Lot)) below += 1;
    const child = heap[below] as Lot;
    if (!precedes(child, last)) break;
    heap[place] = child;
    place = below;
  }
  heap[place] = last;
};

/** Adds a lot at its place. */
export const enqueue = (queue: LotQueue, lot: Lot): void => {
  const { line, head } = queue;
  if (line.length === head || !queue.precedes(lot, line[line.length - 1] as Lot)) line.push(lot);
  else push(queue, lot);
};

/** So many spent lots may stand before the head until they are let go. */
const slack = 50_000;

/** The lot that is consumed next; those that are spent, at their turn or by being named, are passed. */
export const firstLot = (queue: LotQueue): Lot | undefined => {
  const { line, heap } = queue;
  while (queue.head < line.length && (line[queue.head] as Lot).remaining === 0n) queue.head += 1;
  if (queue.head > slack && queue.head * 2 > line.length) {
    queue.line = line.slice(queue.head);
    queue.head = 0;
  }
  while (heap.length > 0 && (heap[0] as Lot).remaining === 0n) dropTop(queue);
  const inLine = queue.line[queue.head];
  const inHeap = heap[0];
  if (inHeap === undefined) return inLine;
  return inLine === undefined || queue.precedes(inHeap, inLine) ? inHeap : inLine;
};

/** All lots that are open, in no order that means anything. */
export const openLots = ({ line, head, heap }: LotQueue): Lot[] =>
  [...line.slice(head), ...heap].filter((lot) => lot.remaining > 0n);

/** A queue of some open lots in a method's order. */
export const queueOf = (lots: readonly Lot[], method: Method, scale: Scale): LotQueue => {
  const precedes = orderOf(method, scale);
  const line = lots.toSorted((left, right) => (left === right ? 0 : precedes(left, right) ? -1 : 1));
  return { method, precedes, line, head: 0, heap: [] };
};

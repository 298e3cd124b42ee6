/** Specific identification: the lots that a disposal names. */
import type { LotSelection } from './ledger.ts';
import { byAge, type Lot } from './lot.ts';
import { type LotQueue, openLots } from './lot-queue.ts';

/** A lot that a disposal names, and how much of it may still be taken in its name. */
export interface NamedLot {
  readonly lot: Lot;
  quantity: bigint;
}

/**
 * The open lots that some selections name, the older first where a transaction opened several. What is not there any
 * more, or not yet, is passed over: the method chooses instead.
 */
export const namedLots = (queue: LotQueue, selections: readonly LotSelection[]): NamedLot[] => {
  const open = openLots(queue).sort(byAge);
  // What one selection names is not there for the next: two may name the same lot.
  const claimed = new Map<Lot, bigint>();
  return selections.flatMap(({ transactionId, acquiredAt, quantity }) => {
    let left = quantity;
    return open.flatMap((lot) => {
      const isNamed =
        lot.transactionId === transactionId && (acquiredAt === null || lot.acquiredAt === acquiredAt);
      const before = claimed.get(lot) ?? 0n;
      const free = lot.remaining - before;
      if (!isNamed || left === 0n || free === 0n) return [];
      const part = free < left ? free : left;
      claimed.set(lot, before + part);
      left -= part;
      return [{ lot, quantity: part }];
    });
  });
};

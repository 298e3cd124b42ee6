/** The order of a replay, and of lots within it, as the rules tell it: keys that are compared place by place. */
import type { LedgerEvent } from '#shared/domain/ledger.ts';
import type { Method } from '#shared/domain/method.ts';
import { compare, type Fraction, multiply } from './fraction.ts';

type Key = (number | string)[];

const keyOf = (event: LedgerEvent): Key => [
  event.timestamp,
  event.blockNumber ?? Number.POSITIVE_INFINITY,
  event.transactionIndex ?? Number.POSITIVE_INFINITY,
  event.sourceKey,
  event.transferIndex ?? Number.POSITIVE_INFINITY,
  event.id,
];

const before = (left: Key, right: Key): boolean => {
  for (const [place, value] of left.entries()) {
    const other = right[place] ?? 0;
    if (value !== other) return value < other;
  }
  return false;
};

/** Timestamp, block, index, source key, transfer, id; a receipt that would come before its sending comes right after. */
export const inOrder = (events: readonly LedgerEvent[]): LedgerEvent[] => {
  const waiting = events.map((event) => ({ key: keyOf(event), event }));
  const ordered: LedgerEvent[] = [];
  while (waiting.length > 0) {
    const next = waiting.reduce((first, one) => (before(one.key, first.key) ? one : first));
    waiting.splice(waiting.indexOf(next), 1);
    ordered.push(next.event);
  }
  for (const receipt of ordered.filter((event) => event.receivesFrom !== null)) {
    const sending = ordered.find((event) => event.id === receipt.receivesFrom);
    if (sending === undefined || ordered.indexOf(sending) < ordered.indexOf(receipt)) continue;
    ordered.splice(ordered.indexOf(receipt), 1);
    ordered.splice(ordered.indexOf(sending) + 1, 0, receipt);
  }
  return ordered;
};

/** What the order of lots depends on. */
export interface Aged {
  number: number;
  acquired: number;
  quantity: Fraction;
  /** What it cost when it was opened; null where that is unknown. */
  cost: Fraction | null;
}

type Comparison = (left: Aged, right: Aged) => number;

export const byAge: Comparison = (left, right) =>
  left.acquired - right.acquired || left.number - right.number;

const unknownLast: Comparison = (left, right) => Number(left.cost === null) - Number(right.cost === null);

const byUnitCost: Comparison = (left, right) => {
  if (left.cost === null || right.cost === null) return 0;
  return compare(multiply(left.cost, right.quantity), multiply(right.cost, left.quantity));
};

/** Which lot goes first. */
export const orders: Record<Method, Comparison> = {
  FIFO: byAge,
  LIFO: (left, right) => right.acquired - left.acquired || left.number - right.number,
  HIFO: (left, right) => unknownLast(left, right) || byUnitCost(right, left) || byAge(left, right),
  LOFO: (left, right) => unknownLast(left, right) || byUnitCost(left, right) || byAge(left, right),
  AVERAGE: byAge,
};

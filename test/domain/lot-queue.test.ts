import { expect, test } from 'vitest';
import type { LedgerEvent } from '#shared/domain/ledger.ts';
import { scaleOf } from '#shared/domain/lot.ts';
import { everyYear, type Method } from '#shared/domain/method.ts';
import { replayAll } from '../support/books.ts';

const scale = scaleOf(0);
/** More than twice what a queue lets stand of spent lots. */
const count = 100_010;

const eventAt = (place: number, rest: Partial<LedgerEvent>): LedgerEvent => ({
  ...{
    id: place,
    timestamp: place,
    balanceId: 1,
    type: 'BUY',
    quantity: 1n,
    price: 0n,
    value: null,
    fee: 0n,
  },
  ...{ blockNumber: null, transactionIndex: null, transferIndex: null, sourceKey: '' },
  ...{ receivesFrom: null, arrives: null, selections: null },
  ...rest,
});

const numbers = Array.from({ length: count }, (_, place) => place + 1);

/** Which lots all sales take, in order, where as many are sold as were bought, one by one. */
const lotsSold = (method: Method): (number | null)[] => {
  const bought = numbers.map((place) => eventAt(place, { price: BigInt(place) }));
  const sold = numbers.map((place) => eventAt(count + place, { type: 'SELL' }));
  const books = replayAll([1], [...bought, ...sold], scale, { plans: new Map([[1, everyYear(method)]]) });
  expect(books.get(1)?.totals).toMatchObject({ quantity: 0n, cost: 0n, shortfall: 0n });
  return books.get(1)?.matches.map(({ lotSequence }) => lotSequence) ?? [];
};

/** `toEqual` of so many is slow. */
const isSame = (left: readonly (number | null)[], right: readonly number[]) =>
  left.length === right.length && left.every((value, place) => value === right[place]);

test.each<Method>(['FIFO', 'LOFO', 'AVERAGE'])('%s: many lots go one after the other', (method) => {
  expect(isSame(lotsSold(method), numbers)).toBe(true);
});

test.each<Method>(['LIFO', 'HIFO'])('%s: many lots go one after the other, the last first', (method) => {
  expect(isSame(lotsSold(method), numbers.toReversed())).toBe(true);
});

test('a queue that has let spent lots go takes in others at their place', () => {
  const bought = numbers.map((place) => eventAt(place, {}));
  const sold = eventAt(count + 1, { type: 'SELL', quantity: 60_000n });
  const after = [
    eventAt(count + 2, {}),
    // Coins from elsewhere that are older than all of these.
    eventAt(count + 3, { balanceId: 2, timestamp: 0 }),
    eventAt(count + 4, { balanceId: 2, type: 'TRANSFER_OUT', arrives: 1n }),
    eventAt(count + 5, { type: 'TRANSFER_IN', receivesFrom: count + 4 }),
    eventAt(count + 6, { type: 'SELL', quantity: 2n }),
    eventAt(count + 7, { type: 'SELL', quantity: BigInt(count - 60_000) }),
  ];
  const { matches = [] } = replayAll([1, 2], [...bought, sold, ...after], scale).get(1) ?? {};
  const taken = matches.map(({ lotSequence }) => lotSequence);
  expect(taken.slice(60_000, 60_002)).toEqual([count + 2, 60_001]);
  expect(taken.slice(-2)).toEqual([count, count + 1]);
});

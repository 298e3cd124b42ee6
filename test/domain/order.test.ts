import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareOrder, inReplayOrder } from '#shared/domain/order.ts';
import { transactions } from '../support/ledger-text.ts';

const idsInOrder = (text: string): number[] => inReplayOrder(transactions(text)).map((event) => event.id);

describe('the order of a replay', () => {
  test.each([
    ['the earlier time', 'in 1 on 2020-01-02 block 1\nin 1 on 2020-01-01 block 2'],
    ['the lower block', 'in 1 block 10\nin 1 block 9'],
    ['a block before none', 'in 1\nin 1 block 9'],
    ['the lower index in the block', 'in 1 block 9 index 10 transfer 1\nin 1 block 9 index 9 transfer 2'],
    ['an index before none', 'in 1 block 9 transfer 1\nin 1 block 9 index 0 transfer 2'],
    ['the lower key of the source', 'in 1 block 9 key 0xb transfer 1\nin 1 block 9 key 0xa transfer 2'],
    ['an index before a key of the source', 'in 1 index 2 key 0xa\nin 1 index 1 key 0xb'],
    ['the lower index of the transfer', 'in 1 index 1 transfer 10\nin 1 index 1 transfer 9'],
    ['a transfer index before none', 'in 1 index 1\nin 1 index 1 transfer 9'],
  ])('%s goes first', (_, text) => {
    expect(idsInOrder(text)).toEqual([2, 1]);
  });

  test('else the older id goes first, compared as a number', () => {
    const [event] = transactions('in 1');
    if (!event) throw new Error('no event');
    expect(inReplayOrder([10, 9, 2].map((id) => ({ ...event, id }))).map(({ id }) => id)).toEqual([2, 9, 10]);
  });

  test('the rows given are left as they are', () => {
    const events = transactions('in 1 on 2020-01-02\nin 1 on 2020-01-01');
    inReplayOrder(events);
    expect(events.map(({ id }) => id)).toEqual([1, 2]);
  });
});

describe('a receipt never comes before its sending', () => {
  test.each([
    ['stays where it is, being later', 'out 1 on 2020-01-01\nin 1\nB: in 1 from #1 on 2020-01-02', [1, 2, 3]],
    ['moves to just behind, being earlier', 'B: in 1 from #3 on 2020-01-01\nin 1\nout 1\nin 1', [2, 3, 1, 4]],
    [
      'moves to just behind at the same moment',
      'B: in 1 from #3 block 1\nin 1 block 2\nout 1 block 3',
      [2, 3, 1],
    ],
    ['stays where it is when its sending is not replayed', 'B: in 1 from #9\nin 1 on 2020-02-02', [1, 2]],
  ])('%s', (_, text, order) => {
    expect(idsInOrder(text)).toEqual(order);
  });
});

describe('the comparison', () => {
  const small = fc.nat({ max: 2 });
  const ordered = fc.record({
    id: fc.nat({ max: 1000 }),
    timestamp: small,
    blockNumber: fc.option(small),
    transactionIndex: fc.option(small),
    sourceKey: fc.constantFrom('', 'a', 'b'),
    transferIndex: fc.option(small),
    receivesFrom: fc.constant(null),
  });

  test('is a total order: transitive, antisymmetric, and no two transactions are equal', () => {
    fc.assert(
      fc.property(ordered, ordered, ordered, (a, b, c) => {
        expect(Math.sign(compareOrder(a, b))).toBe(0 - Math.sign(compareOrder(b, a)));
        if (a.id !== b.id) expect(compareOrder(a, b)).not.toBe(0);
        if (compareOrder(a, b) <= 0 && compareOrder(b, c) <= 0) {
          expect(compareOrder(a, c)).toBeLessThanOrEqual(0);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

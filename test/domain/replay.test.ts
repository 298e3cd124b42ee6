import { describe, expect, test } from 'vitest';
import { replay } from '#shared/domain/replay.ts';
import { accountOf, accountsOf, transactions } from '../support/ledger-text.ts';

describe('what opens a lot, and at what cost', () => {
  test.each([
    ['a purchase: value and fee', 'buy 2 @ 10 fee 1', '21'],
    ['a purchase whose value is known as a whole', 'buy 3 = 10 fee 1', '11'],
    ['a value where a price is given too', 'buy 3 @ 3.333333333333333333 = 10', '10'],
    ['a purchase at no price, which is known', 'buy 2 @ 0', '0'],
    ['a purchase whose price is unknown, whatever its fee', 'buy 2 fee 1', 'unknown'],
    ['an incoming transfer at market value', 'in 2 @ 10', '20'],
    ['an incoming transfer with a value', 'in 3 = 10', '10'],
    ['an incoming transfer without a price', 'in 2', 'unknown'],
  ])('%s', (_, line, cost) => {
    const { open, matches } = accountOf(line);
    expect(open).toEqual([expect.stringContaining(`, cost ${cost}, acquired 2020-01-01`)]);
    expect(matches).toEqual([]);
  });

  test('a quantity of nothing opens nothing and consumes nothing', () => {
    const { open, matches, totals } = accountOf('buy 0 @ 10\nin 0\nsell 0 @ 10\nout 0\ngas 0 @ 10');
    expect({ open, matches }).toEqual({ open: [], matches: [] });
    expect(totals).toMatchObject({ quantity: '0', cost: '0', shortfall: '0', realized: '0' });
  });

  test('a transaction of nothing counts for nothing, whatever its value and its fee', () => {
    const { totals } = accountOf('buy 1 @ 1\nsell 0 = 5 fee 2\ngas 0 = 5\nbuy 0 = 3 fee 4\nsell 1 @ 1');
    expect(totals).toMatchObject({ fees: '0', sold: '1', realized: '0', bought: '1', unknownSlices: '0' });
  });

  test('a value is never divided before it has to be', () => {
    const { matches } = accountOf('buy 3 = 10\nsell 1 @ 5\nsell 1 @ 5\nsell 1 @ 5');
    expect(matches).toEqual([
      '1 of lot 1, cost 3.333333333333333333, proceeds 5, gain 1.666666666666666667, short',
      '1 of lot 1, cost 3.333333333333333334, proceeds 5, gain 1.666666666666666666, short',
      '1 of lot 1, cost 3.333333333333333333, proceeds 5, gain 1.666666666666666667, short',
    ]);
  });

  test('price times quantity keeps all its places, with more decimals than prices have', () => {
    const { totals } = accountOf('buy 0.000000000000000000000003 @ 0.000000000000000007', 24);
    expect(totals.cost).toBe('0.000000000000000000000000000000000000000021');
  });

  test('a share never takes more of a lump than is left, however fine the lump', () => {
    const { open } = accountOf('buy 1000 = 0.0000000000000000006\nsell 999 @ 1', 0);
    expect(open).toEqual(['lot 1: 1 of 1000, cost 0, acquired 2020-01-01']);
  });
});

describe('what a disposal realizes', () => {
  test('a fee is shared among slices, the last taking the rest', () => {
    const { matches, totals } = accountOf('buy 1 @ 1\nbuy 1 @ 1\nbuy 1 @ 1\nsell 3 @ 2 fee 1');
    expect(matches.map((match) => /proceeds ([^,]+)/.exec(match)?.[1])).toEqual([
      '1.666666666666666667',
      '1.666666666666666666',
      '1.666666666666666667',
    ]);
    expect(totals).toMatchObject({ sold: '5', soldQuantity: '3', realized: '2', fees: '1' });
  });

  test('a sale at an unknown price realizes nothing known, not nothing', () => {
    const { matches, totals } = accountOf('buy 1 @ 10\nsell 1');
    expect(matches).toEqual(['1 of lot 1, cost 10, proceeds unknown, gain unknown, short']);
    expect(totals).toMatchObject({
      realized: '0',
      unknownSlices: '1',
      sold: '0',
      soldQuantity: '0',
      cost: '0',
    });
  });

  test('a sale of coins at unknown cost gains anything from nothing to its proceeds', () => {
    const { matches, totals } = accountOf('in 2\nsell 1 @ 10');
    expect(matches).toEqual(['1 of lot 1, cost unknown, proceeds 10, gain unknown, short']);
    expect(totals).toMatchObject({ realized: '0', unknownCostProceeds: '10', unknownSlices: '1' });
    expect(totals).toMatchObject({ quantity: '1', unknownQuantity: '1', shortfall: '0' });
  });

  test('gas that nothing covers still counts among the fees', () => {
    const { totals } = accountOf('buy 1 @ 10\ngas 2 @ 10');
    expect(totals).toMatchObject({ fees: '20', shortfall: '1', unknownCostProceeds: '10' });
  });

  test('gas without a price costs what its lots cost and adds no fee', () => {
    const { totals } = accountOf('buy 1 @ 10\ngas 0.5');
    expect(totals).toMatchObject({ fees: '0', cost: '5', realized: '0', unknownSlices: '1' });
  });

  test('an outgoing transfer that is not linked realizes nothing', () => {
    const { matches, totals } = accountOf('buy 2 @ 10\nout 1 @ 50');
    expect(matches).toEqual(['1 of lot 1, cost 10, sent']);
    expect(totals).toMatchObject({ realized: '0', sold: '0', unknownSlices: '0', cost: '10' });
  });
});

describe('a transfer between own wallets', () => {
  const sending = 'A: buy 1 @ 10 on 2020-01-01\nA: buy 1 @ 30 on 2021-01-01\nA: out 2 on 2022-01-01';

  test('keeps its coins through several hops and back', () => {
    const { A, B, C } = accountsOf(`
      ${sending}
      B: in 2 from #3
      B: out 2
      C: in 2 from #5
      C: out 1
      A: in 1 from #7
    `);
    expect(A.open).toEqual(['lot 3: 1 of 1, cost 10, acquired 2020-01-01']);
    expect(B.open).toEqual([]);
    expect(C.open).toEqual(['lot 2: 1 of 1, cost 30, acquired 2021-01-01']);
  });

  test('of which less arrives carries the first coins sent, and spends the others as the fee of the network', () => {
    const { A, B } = accountsOf(`${sending} @ 50\nB: in 1.5 from #3`);
    expect(A.matches).toEqual([
      '1 of lot 1, cost 10, sent',
      '0.5 of lot 2, cost 15, sent',
      '0.5 of lot 2, cost 15, proceeds 25, gain 10, short',
    ]);
    expect(A.totals).toMatchObject({ fees: '25', realized: '10', sold: '0', quantity: '0', cost: '0' });
    expect(B.open).toEqual([
      'lot 1: 1 of 1, cost 10, acquired 2020-01-01',
      'lot 2: 0.5 of 0.5, cost 15, acquired 2021-01-01',
    ]);
  });

  test('of which less arrives costs a share of its value where that is what is known', () => {
    const { A } = accountsOf('A: buy 3 = 10\nA: out 3 = 20\nB: in 2 from #2');
    expect(A.matches).toEqual([
      '2 of lot 1, cost 6.666666666666666667, sent',
      '1 of lot 1, cost 3.333333333333333333, proceeds 6.666666666666666667, gain 3.333333333333333334, short',
    ]);
  });

  test('of which less arrives, at an unknown price, costs what its lots cost', () => {
    const { A } = accountsOf(`${sending}\nB: in 1.5 from #3`);
    expect(A.matches.at(-1)).toBe('0.5 of lot 2, cost 15, proceeds unknown, gain unknown, short');
    expect(A.totals).toMatchObject({ fees: '0', realized: '0', unknownSlices: '1' });
  });

  test('of which less arrives than was held: what is missing is missing of the fee first', () => {
    const { A, B } = accountsOf('A: buy 2 @ 10\nA: out 3 @ 20\nB: in 2 from #2');
    expect(A.matches).toEqual([
      '2 of lot 1, cost 20, sent',
      '1 of no lot, cost unknown, proceeds 20, gain unknown',
    ]);
    expect(B.open).toEqual(['lot 1: 2 of 2, cost 20, acquired 2020-01-01']);
  });

  test('of which more arrives has the rest at market value', () => {
    const { B } = accountsOf(`${sending}\nB: in 3 @ 100 from #3`);
    expect(B.open).toEqual([
      'lot 1: 1 of 1, cost 10, acquired 2020-01-01',
      'lot 2: 1 of 1, cost 30, acquired 2021-01-01',
      'lot 3: 1 of 1, cost 100, acquired 2022-01-01',
    ]);
  });

  test('of more than was held: the part that was missing arrives at unknown cost', () => {
    const { A, B } = accountsOf('A: buy 1 @ 10\nA: out 3\nB: in 3 from #2');
    expect(A.totals).toMatchObject({ shortfall: '2', unknownSlices: '0' });
    expect(B.open).toEqual([
      'lot 1: 1 of 1, cost 10, acquired 2020-01-01',
      'lot 2: 2 of 2, cost unknown, acquired 2020-01-01',
    ]);
    expect(B.totals).toMatchObject({ quantity: '3', unknownQuantity: '2', cost: '10', shortfall: '0' });
  });

  test('takes effect at its sending where the receipt is dated before', () => {
    const { B } = accountsOf('A: out 1 on 2022-01-02\nB: in 1 from #1 on 2022-01-01');
    expect(B.open).toEqual(['lot 1: 1 of 1, cost unknown, acquired 2022-01-02']);
  });
});

test('a transaction of a balance that is not replayed is an error, not a loss', () => {
  expect(() => replay(transactions('B: buy 1 @ 1'), new Map())).toThrow('balance 2');
});

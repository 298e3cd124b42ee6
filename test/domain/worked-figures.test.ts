import { describe, expect, test } from 'vitest';
import { valuePosition } from '#shared/domain/valuation.ts';
import { accountOf, accountsOf } from '../support/ledger-text.ts';

describe('the worked figures of the cost-basis rules', () => {
  test('1: what was sold before does not weigh on what is held', () => {
    const { totals, position, open, matches } = accountOf(`
      buy 1 @ 100
      sell 1 @ 200
      buy 1 @ 400
    `);
    expect(matches).toEqual(['1 of lot 1, cost 100, proceeds 200, gain 100, short']);
    expect(open).toEqual(['lot 2: 1 of 1, cost 400, acquired 2020-01-01']);
    expect(totals).toMatchObject({ realized: '100', cost: '400', bought: '500', sold: '200' });
    expect(valuePosition(position, '400')).toEqual({
      avgBuyPriceUsd: '400',
      avgSellPriceUsd: '200',
      costBasisUsd: '400',
      realizedMaxUsd: '100',
      valueUsd: '400',
      unrealizedPnlUsd: '0',
      basisComplete: true,
    });
  });

  test('2: a sale across two lots takes the older first', () => {
    const { totals, position, open, matches } = accountOf(`
      buy 4 @ 100 on 2015-10-01
      buy 5 @ 111 on 2015-10-02
      sell 6 @ 120 on 2015-10-03
    `);
    expect(matches).toEqual([
      '4 of lot 1, cost 400, proceeds 480, gain 80, short',
      '2 of lot 2, cost 222, proceeds 240, gain 18, short',
    ]);
    expect(open).toEqual(['lot 2: 3 of 5, cost 333, acquired 2015-10-02']);
    expect(totals).toMatchObject({ quantity: '3', cost: '333', realized: '98', sold: '720' });
    expect(valuePosition(position, '120')).toMatchObject({
      avgBuyPriceUsd: '111',
      avgSellPriceUsd: '120',
      valueUsd: '360',
      unrealizedPnlUsd: '27',
    });
  });

  test('3: thirds of a fee add up to the fee', () => {
    const { totals, matches, open } = accountOf(`
      buy 3 @ 0.30 fee 0.10
      sell 1 @ 1
      sell 1 @ 1
      sell 1 @ 1
    `);
    expect(matches).toEqual([
      '1 of lot 1, cost 0.333333333333333333, proceeds 1, gain 0.666666666666666667, short',
      '1 of lot 1, cost 0.333333333333333334, proceeds 1, gain 0.666666666666666666, short',
      '1 of lot 1, cost 0.333333333333333333, proceeds 1, gain 0.666666666666666667, short',
    ]);
    expect(open).toEqual([]);
    expect(totals).toMatchObject({ bought: '1', cost: '0', realized: '2' });
  });

  test('4: lots are per wallet', () => {
    const { A, B } = accountsOf(`
      A: buy 10 @ 100 on 2020-01-01
      B: buy 10 @ 50 on 2020-01-02
      B: sell 10 @ 80 on 2020-01-03
    `);
    expect(B.matches).toEqual(['10 of lot 1, cost 500, proceeds 800, gain 300, short']);
    expect(B.open).toEqual([]);
    expect(A.matches).toEqual([]);
    expect(A.open).toEqual(['lot 1: 10 of 10, cost 1000, acquired 2020-01-01']);
  });

  test('5: an own transfer carries cost and date and realizes nothing', () => {
    const { A, B } = accountsOf(`
      A: buy 1 @ 1000 on 2020-06-01
      A: buy 1 @ 3000 on 2021-06-01
      A: out 1.5 on 2022-02-01
      B: in 1.5 from #3
      B: sell 1.5 @ 4000 on 2022-03-01
    `);
    expect(A.matches).toEqual(['1 of lot 1, cost 1000, sent', '0.5 of lot 2, cost 1500, sent']);
    expect(A.open).toEqual(['lot 2: 0.5 of 1, cost 1500, acquired 2021-06-01']);
    expect(A.totals).toMatchObject({ realized: '0', sold: '0', quantity: '0.5', cost: '1500' });
    expect(B.matches).toEqual([
      '1 of lot 1, cost 1000, proceeds 4000, gain 3000, long',
      '0.5 of lot 2, cost 1500, proceeds 2000, gain 500, short',
    ]);
    expect(B.totals).toMatchObject({ realized: '3500', sold: '6000', bought: '0', quantity: '0' });
  });

  test.each([
    ['sell 1 @ 1000 fee 30', { sold: '970', realized: '-30' }],
    ['sell 1 = 1000 fee 30', { sold: '970', realized: '-30' }],
    ['buy 1 @ 1000 fee 30', { bought: '2030', cost: '2030' }],
    ['buy 1 = 1000 fee 30', { bought: '2030', cost: '2030' }],
  ])('6: a fee lowers proceeds and raises cost: %s', (trade, figures) => {
    expect(accountOf(`buy 1 @ 1000\n${trade}`).totals).toMatchObject({ ...figures, fees: '30' });
  });

  test('7: gas is disposed of at market value', () => {
    const { totals, position, matches, open } = accountOf(`
      buy 1 @ 178.615
      gas 0.01 @ 4072.51
    `);
    expect(matches).toEqual(['0.01 of lot 1, cost 1.78615, proceeds 40.7251, gain 38.93895, short']);
    expect(open).toEqual(['lot 1: 0.99 of 1, cost 176.82885, acquired 2020-01-01']);
    expect(totals).toMatchObject({ realized: '38.93895', fees: '40.7251', sold: '0', soldQuantity: '0' });
    expect(valuePosition(position, '4072.51')).toMatchObject({
      avgBuyPriceUsd: '178.615',
      avgSellPriceUsd: null,
      valueUsd: '4031.7849',
      unrealizedPnlUsd: '3854.95605',
    });
  });

  test('8: what no lot covers is a shortfall, and its gain an interval', () => {
    const { totals, position, matches } = accountOf(`
      buy 2 @ 10
      sell 3 @ 15
    `);
    expect(matches).toEqual([
      '2 of lot 1, cost 20, proceeds 30, gain 10, short',
      '1 of no lot, cost unknown, proceeds 15, gain unknown',
    ]);
    expect(totals).toMatchObject({
      shortfall: '1',
      realized: '10',
      unknownCostProceeds: '15',
      quantity: '0',
    });
    const { basisComplete, realizedMaxUsd } = valuePosition(position, null);
    expect({ basisComplete, from: totals.realized, to: realizedMaxUsd }).toEqual({
      basisComplete: false,
      from: '10',
      to: '25',
    });
  });
});

import { describe, expect, test } from 'vitest';
import { valuePosition } from '#shared/domain/valuation.ts';
import { accountOf } from '../support/ledger-text.ts';

const valued = (text: string, price: string | null, decimals = 18) =>
  valuePosition(accountOf(text, decimals).position, price);

describe('the figures of a balance', () => {
  test('of all that is known', () => {
    expect(valued('buy 3 @ 10 fee 1\nsell 1 @ 12 fee 2', '11.5')).toEqual({
      avgBuyPriceUsd: '10.333333333333333334',
      avgSellPriceUsd: '10',
      costBasisUsd: '20.666666666666666667',
      realizedMaxUsd: '-0.333333333333333333',
      valueUsd: '23',
      unrealizedPnlUsd: '2.333333333333333333',
      basisComplete: true,
    });
  });

  test('of an empty balance: nothing is known to be nothing', () => {
    expect(valued('buy 1 @ 10\nout 1', '11')).toEqual({
      avgBuyPriceUsd: null,
      avgSellPriceUsd: null,
      costBasisUsd: '0',
      realizedMaxUsd: '0',
      valueUsd: '0',
      unrealizedPnlUsd: '0',
      basisComplete: true,
    });
  });

  test('without a price there is no value, rather than one of nothing', () => {
    expect(valued('buy 1 @ 10', null)).toMatchObject({
      valueUsd: null,
      unrealizedPnlUsd: null,
      costBasisUsd: '10',
      basisComplete: true,
    });
  });

  test('a price of nothing is a price', () => {
    expect(valued('buy 1 @ 10', '0')).toMatchObject({ valueUsd: '0', unrealizedPnlUsd: '-10' });
  });

  test.each([
    ['0.000000000000000001', '2', '0.000000000000000002'],
    ['115792089237316195423570985008687907853269984665640564039457.584007913129639935', '1', null],
    ['0.3', '0.1', '0.03'],
    ['1', '0.000000000000000001', '0.000000000000000001'],
  ])('the value of %s at %s is exact and plain', (quantity, price, value) => {
    expect(valued(`buy ${quantity} @ 1`, price).valueUsd).toBe(value ?? quantity);
  });

  test.each([
    ['half goes to the even neighbour, down', 'buy 8 = 0.00000000000000002', '0.000000000000000002'],
    ['half goes to the even neighbour, up', 'buy 8 = 0.000000000000000012', '0.000000000000000002'],
    ['above half goes up', 'buy 8 = 0.000000000000000013', '0.000000000000000002'],
    ['thirds end after 18 places', 'buy 3 = 2', '0.666666666666666667'],
  ])('averages are rounded half-even to 18 places: %s', (_, text, average) => {
    expect(valued(text, null).avgBuyPriceUsd).toBe(average);
  });
});

describe('what is missing is said', () => {
  test('a part at unknown cost: averages are over the known part, and no gain is claimed', () => {
    expect(valued('buy 1 @ 10\nin 3', '20')).toEqual({
      avgBuyPriceUsd: '10',
      avgSellPriceUsd: null,
      costBasisUsd: '10',
      realizedMaxUsd: '0',
      valueUsd: '80',
      unrealizedPnlUsd: null,
      basisComplete: false,
    });
  });

  test('all at unknown cost: the cost basis is unknown, not nothing', () => {
    expect(valued('in 3', '20')).toMatchObject({
      avgBuyPriceUsd: null,
      costBasisUsd: null,
      valueUsd: '60',
      unrealizedPnlUsd: null,
      basisComplete: false,
    });
  });

  test.each([
    ['a shortfall sold', 'sell 1 @ 15', '15'],
    ['a shortfall sent', 'out 1', '0'],
    ['a sale at unknown cost', 'in 1\nsell 1 @ 15', '15'],
    ['a sale at an unknown price', 'buy 1 @ 10\nsell 1', '0'],
    ['gas at an unknown price', 'buy 1 @ 10\ngas 1', '0'],
    ['a loss, and a sale at unknown cost', 'buy 1 @ 20\nsell 2 @ 15', '10'],
  ])('%s leaves the basis incomplete, and the most that was gained is given', (_, text, most) => {
    expect(valued(text, '1')).toMatchObject({ basisComplete: false, realizedMaxUsd: most });
  });
});

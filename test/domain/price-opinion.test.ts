import { expect, test } from 'vitest';
import { withoutSpikes } from '#shared/domain/price-opinion.ts';

test.each([
  [[], []],
  [['1000000'], ['1000000']],
  [
    ['1', '1001'],
    ['1', '1001'],
  ],
  [
    ['1', '1001', '1'],
    ['1', '1'],
  ],
  [
    ['1', '1000', '0.001'],
    ['1', '1000', '0.001'],
  ],
  [
    ['0', '5000.5', '5', '0.0049', '5'],
    ['5', '5'],
  ],
  [
    ['900', '1000', '20', '3', '2'],
    ['900', '1000', '20', '3', '2'],
  ],
])('of %j those that are not a thousand-fold of the median are %j', (prices, left) => {
  expect(withoutSpikes(prices.map((priceUsd) => ({ priceUsd }))).map(({ priceUsd }) => priceUsd)).toEqual(
    left,
  );
});

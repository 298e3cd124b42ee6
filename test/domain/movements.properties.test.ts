import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { product } from '#shared/domain/decimal.ts';
import { deriveMovements, type EvidenceRow } from '#shared/domain/movements.ts';
import { rowOf } from '../support/evidence-text.ts';

describe('the movements are a function of the set of rows', () => {
  const row = fc
    .record({
      direction: fc.constantFrom('in', 'out', 'gas'),
      amount: fc.nat({ max: 4 }),
      symbol: fc.constantFrom('ETH', 'ETH', 'WETH', 'USDC', 'PEPE', 'DOGE'),
      price: fc.option(fc.nat({ max: 3 })),
      value: fc.option(fc.nat({ max: 3 })),
    })
    .map(({ direction, amount, symbol, price, value }) => {
      const token = direction === 'gas' ? 'ETH' : symbol;
      const quote = `${price === null ? '' : ` @ ${price}`}${value === null ? '' : ` = ${value * amount}`}`;
      return rowOf(`${direction} ${amount} ${token}${quote}`);
    });

  const rows = fc.array(row, { maxLength: 7 });

  test('in whatever order they arrive', () => {
    const shuffled = rows.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    );
    fc.assert(
      fc.property(shuffled, ([all, some]) => {
        expect(deriveMovements(some)).toEqual(deriveMovements(all));
      }),
      { numRuns: 1000 },
    );
  });

  test('in whatever portions an amount is reported', () => {
    const half = (text: string) => String(Number(text) / 2);
    const halves = (whole: EvidenceRow): EvidenceRow[] => {
      const part = {
        ...whole,
        amountIn: half(whole.amountIn),
        amountOut: half(whole.amountOut),
        gasFee: half(whole.gasFee),
        valueUsd: whole.valueUsd === null ? null : half(whole.valueUsd),
      };
      return [part, part];
    };
    fc.assert(
      fc.property(rows, fc.infiniteStream(fc.boolean()), (all, split) => {
        const portions = all.flatMap((whole) => (split.next().value ? halves(whole) : whole));
        expect(deriveMovements(portions)).toEqual(deriveMovements(all));
      }),
      { numRuns: 1000 },
    );
  });

  test('and both legs of a swap have one value', () => {
    fc.assert(
      fc.property(rows, (all) => {
        const trades = deriveMovements(all).filter(({ type }) => type === 'BUY' || type === 'SELL');
        const [first, second] = trades;
        if (trades.length !== 2 || !first || !second) return;
        const worth = ({ amount, priceUsd, valueUsd }: typeof first) =>
          valueUsd ?? (priceUsd === null ? null : product(priceUsd, amount));
        expect(worth(first)).toBe(worth(second));
        expect(first.needsReview).toBe(worth(first) === null);
        expect(second.needsReview).toBe(worth(second) === null);
      }),
      { numRuns: 1000 },
    );
  });
});

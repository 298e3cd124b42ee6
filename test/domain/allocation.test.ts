import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allocate } from '#shared/domain/allocation.ts';
import { compare, difference, formatUnits, product, sum } from '#shared/domain/decimal.ts';

const sharesOf = (...values: string[]): string[] =>
  allocate(values.map((valueUsd, of) => ({ of, valueUsd }))).map(({ share }) => share);

describe('an allocation', () => {
  it.each([
    [[], []],
    [['0'], []],
    [['5'], ['1']],
    [['0', '5', '0'], ['1']],
    [
      ['1', '3'],
      ['0.75', '0.25'],
    ],
    [
      ['1', '1', '1'],
      ['0.333334', '0.333333', '0.333333'],
    ],
    [
      ['2', '2', '2', '1'],
      ['0.285715', '0.285714', '0.285714', '0.142857'],
    ],
    [
      ['1000000000', '0.000000001'],
      ['1', '0'],
    ],
  ])('of %j is %j', (values, shares) => {
    expect(sharesOf(...values)).toEqual(shares);
  });

  it('keeps what its parts are of, the largest first, equals as they came', () => {
    const parts = allocate([
      { of: 'a', valueUsd: '1' },
      { of: 'b', valueUsd: '2' },
      { of: 'c', valueUsd: '1' },
    ]);
    expect(parts).toEqual([
      { of: 'b', valueUsd: '2', share: '0.5' },
      { of: 'a', valueUsd: '1', share: '0.25' },
      { of: 'c', valueUsd: '1', share: '0.25' },
    ]);
  });
});

const value = fc.bigInt({ min: 0n, max: 10n ** 30n }).map((units) => formatUnits(units, 18));

it('is exact, whatever the values', () => {
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 40 }), (values) => {
      const parts = allocate(values.map((valueUsd, of) => ({ of, valueUsd })));
      const whole = sum(values);
      expect(sum(parts.map(({ valueUsd }) => valueUsd))).toBe(whole);
      expect(sum(parts.map(({ share }) => share))).toBe(whole === '0' ? '0' : '1');
      expect(parts.length === 0).toBe(whole === '0');
      for (const [place, { share, valueUsd }] of parts.entries()) {
        const off = difference(product(share, whole), valueUsd).replace('-', '');
        expect(compare(off, product('0.000001', whole))).toBe(-1);
        const next = parts[place + 1];
        if (next) expect(compare(share, next.share)).toBeGreaterThanOrEqual(0);
      }
    }),
  );
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decimalPlaces,
  difference,
  divideHalfEven,
  formatUnits,
  parseUnits,
  plain,
  product,
  quotient,
  sum,
} from '#shared/domain/decimal.ts';

const uint256 = 2n ** 256n - 1n;
const units = fc.bigInt({ min: -uint256, max: uint256 });
const places = fc.oneof(fc.constantFrom(0, 6, 18, 36), fc.nat({ max: 255 }));

describe('plain decimals', () => {
  test.each<[string, number, bigint]>([
    ['0', 18, 0n],
    ['-0', 18, 0n],
    ['1', 0, 1n],
    ['1.50', 1, 15n],
    ['007', 0, 7n],
    ['-0.000001', 6, -1n],
    ['1.000', 0, 1n],
    ['9'.repeat(78), 0, 10n ** 78n - 1n],
    [`${'9'.repeat(60)}.${'9'.repeat(18)}`, 18, 10n ** 78n - 1n],
  ])('%s with %i places is read exactly', (text, count, expected) => {
    expect(parseUnits(text, count)).toBe(expected);
  });

  test.each([
    ['more places than there are', '0.1', 0],
    ['one place too many', '0.0000001', 6],
    ['an exponent', '1e-8', 18],
    ['an empty text', '', 18],
    ['a sign without digits', '-', 18],
    ['a plus', '+1', 18],
    ['no digit before the point', '.5', 18],
    ['no digit after the point', '5.', 18],
    ['two points', '1.2.3', 18],
    ['grouped thousands', '1,000', 18],
    ['space', ' 1', 18],
    ['a line break', '1\n', 18],
    ['hexadecimal', '0x10', 18],
    ['not a number', 'NaN', 18],
    ['infinity', 'Infinity', 18],
  ])('%s is refused', (_, text, count) => {
    expect(() => parseUnits(text, count)).toThrow(RangeError);
  });

  test.each(['', '-', '.5', '5.', '1e-8', ' 1', '1\n', 'NaN', '1.2.3', '0.'])('%j is not shown', (text) => {
    expect(() => plain(text)).toThrow(RangeError);
  });

  test('zeros at the end, however many, change nothing that is read or shown', () => {
    fc.assert(
      fc.property(units, places, fc.nat({ max: 30 }), (count, decimals, zeros) => {
        const text = formatUnits(count, decimals);
        const long = `${text}${text.includes('.') ? '' : '.0'}${'0'.repeat(zeros)}`;
        expect(parseUnits(long, decimals)).toBe(count);
        expect(plain(long)).toBe(text);
      }),
    );
  });

  test.each<[bigint, number, string]>([
    [0n, 0, '0'],
    [0n, 18, '0'],
    [1n, 18, '0.000000000000000001'],
    [-1n, 18, '-0.000000000000000001'],
    [1500000n, 6, '1.5'],
    [-1500000n, 6, '-1.5'],
    [100n, 0, '100'],
    [10n ** 78n - 1n, 18, `${'9'.repeat(60)}.${'9'.repeat(18)}`],
    [1n, 255, `0.${'0'.repeat(254)}1`],
  ])('%s with %i places is written without exponent or trailing zeros', (count, decimals, text) => {
    expect(formatUnits(count, decimals)).toBe(text);
  });

  test('what is written reads back as the same, up to 78 digits and 255 places', () => {
    fc.assert(
      fc.property(units, places, (count, decimals) => {
        const text = formatUnits(count, decimals);
        expect(text).toMatch(/^(0|-?[1-9]\d*|-?(0|[1-9]\d*)\.\d*[1-9])$/);
        expect(parseUnits(text, decimals)).toBe(count);
        expect(plain(text)).toBe(text);
      }),
    );
  });

  test.each([
    ['1.500', '1.5'],
    ['100', '100'],
    ['0.000', '0'],
    ['-0', '0'],
    ['-0.00', '0'],
    ['-10.50', '-10.5'],
    ['007.10', '7.1'],
    ['-00', '0'],
    ['0.00000001', '0.00000001'],
    [`${'9'.repeat(78)}.${'1'.repeat(36)}0`, `${'9'.repeat(78)}.${'1'.repeat(36)}`],
  ])('%s is shown as %s', (text, shown) => {
    expect(plain(text)).toBe(shown);
  });
});

describe('division rounds half to even', () => {
  test.each<[bigint, bigint, bigint]>([
    [1n, 2n, 0n],
    [3n, 2n, 2n],
    [5n, 2n, 2n],
    [7n, 2n, 4n],
    [-1n, 2n, 0n],
    [-3n, 2n, -2n],
    [-5n, 2n, -2n],
    [-7n, 2n, -4n],
    [1n, 3n, 0n],
    [2n, 3n, 1n],
    [-2n, 3n, -1n],
    [0n, 7n, 0n],
    [49n, 100n, 0n],
    [51n, 100n, 1n],
    [6n, 3n, 2n],
    [10n ** 78n + 5n, 10n, 10n ** 77n],
    [10n ** 78n + 15n, 10n, 10n ** 77n + 2n],
  ])('%s ÷ %s is %s', (dividend, divisor, expected) => {
    expect(divideHalfEven(dividend, divisor)).toBe(expected);
  });

  test('the result is the nearest integer, and the even one of two', () => {
    fc.assert(
      fc.property(
        units,
        fc.oneof(fc.bigInt({ min: 1n, max: 8n }), fc.bigInt({ min: 1n, max: uint256 })),
        (a, b) => {
          const result = divideHalfEven(a, b);
          const twice = 2n * (a - result * b);
          expect(twice <= b && twice >= -b).toBe(true);
          if (twice === b || twice === -b) expect(result % 2n).toBe(0n);
        },
      ),
    );
  });

  test.each([
    ['1', '3', '0.333333333333333333'],
    ['2', '3', '0.666666666666666667'],
    ['-2', '3', '-0.666666666666666667'],
    ['0.000000000000000001', '2', '0'],
    ['0.000000000000000003', '2', '0.000000000000000002'],
    ['-0.000000000000000003', '2', '-0.000000000000000002'],
    ['1', '0.000000000000000001', '1000000000000000000'],
    ['0', '5', '0'],
  ])('%s ÷ %s is shown as %s', (dividend, divisor, shown) => {
    expect(quotient(dividend, divisor)).toBe(shown);
  });
});

describe('sums, differences and products are exact', () => {
  test('of 78 digits with 18 places', () => {
    const large = `${'9'.repeat(60)}.${'9'.repeat(18)}`;
    expect(product(large, large)).toBe(formatUnits((10n ** 78n - 1n) ** 2n, 36));
    expect(sum([large, '0.000000000000000001'])).toBe(`1${'0'.repeat(60)}`);
    expect(difference(large, '-0.000000000000000001')).toBe(`1${'0'.repeat(60)}`);
    expect(sum(['123456789.123456789012345678', '0.000000000000000001'])).toBe(
      '123456789.123456789012345679',
    );
  });

  test('as with integers, for any two', () => {
    fc.assert(
      fc.property(units, units, (a, b) => {
        const [left, right] = [formatUnits(a, 18), formatUnits(b, 18)];
        expect(sum([left, right])).toBe(formatUnits(a + b, 18));
        expect(difference(left, right)).toBe(formatUnits(a - b, 18));
        expect(product(left, right)).toBe(formatUnits(a * b, 36));
      }),
    );
  });

  test('of nothing and of small numbers, without exponent or a negative zero', () => {
    expect(sum([])).toBe('0');
    expect(sum(['0.00000001'])).toBe('0.00000001');
    expect(product('0', '-1')).toBe('0');
    expect(difference('0.00000001', '0.00000001')).toBe('0');
  });

  test.each([
    ['1', 0],
    ['1.50', 1],
    ['0.000000000000000001', 18],
  ])('%s has %i decimal places', (text, count) => {
    expect(decimalPlaces(text)).toBe(count);
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decimalOf, member, momentOf, parseJson, priceOf, sumOf } from '#shared/adapters/prices/figures.ts';

describe('numbers', () => {
  test.each([
    ['76975', '76975'],
    ['1.10e-7', '0.00000011'],
    ['1.234E+5', '123400'],
    ['0.1234567890123456789', '0.123456789012345679'],
    ['98765432109876.543210987654321098', '98765432109876.543210987654321098'],
    ['1e-19', '0'],
    ['-2.50', '-2.5'],
  ])('keep every digit that they were written with, up to 18 places: %s', (written, plain) => {
    expect(decimalOf(member(parseJson(`{"usd":${written}}`), 'usd'))).toBe(plain);
  });

  test('of any double come back as that double', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-12, max: 1e14, noNaN: true }), (double) => {
        const read = decimalOf(member(parseJson(JSON.stringify({ usd: double })), 'usd'));
        expect(Math.abs(Number(read) - double)).toBeLessThanOrEqual(Math.max(1e-18, double * 1e-15));
      }),
    );
  });

  test.each(['NaN', 'Infinity', '-Infinity', '0', '-1', '0.0000000000000000001', '1e15', '1e400', '1e-400'])(
    '%s is no price',
    (written) => {
      expect(priceOf(member(parseJson(`{"usd":${written},"other":1}`), 'usd'))).toBeUndefined();
    },
  );

  test.each([
    ['"12.5"', '12.5'],
    ['"x"', undefined],
    ['null', undefined],
    ['true', undefined],
    ['{}', undefined],
    ['[1]', undefined],
    ['""', undefined],
  ])('%s as a price is %s', (written, price) => {
    expect(priceOf(member(parseJson(`{"usd":${written}}`), 'usd'))).toBe(price);
  });

  test('may be zero as sums, not negative', () => {
    expect([sumOf('0'), sumOf('-1'), sumOf('2e3')]).toEqual(['0', undefined, '2000']);
  });
});

describe('moments', () => {
  test('are seconds or milliseconds, and not one as the other', () => {
    expect(momentOf('1779092258', 'seconds')?.toISOString()).toBe('2026-05-18T08:17:38.000Z');
    expect(momentOf('1779092258000', 'milliseconds')?.toISOString()).toBe('2026-05-18T08:17:38.000Z');
    expect(momentOf('1779092258', 'milliseconds')).toBeUndefined();
    expect(momentOf('1779092258000', 'seconds')).toBeUndefined();
    expect([momentOf('-1', 'seconds'), momentOf(null, 'seconds')]).toEqual([undefined, undefined]);
  });
});

test('what is not a number spoils no other one, and texts that look like it stay', () => {
  const json = parseJson('{"a":NaN,"b":2,"c":"x: NaN ","d":[-Infinity,1]}');
  expect(json).toEqual({ a: 'NaN', b: '2', c: 'x: NaN ', d: ['-Infinity', '1'] });
});

test('what is cut off is no JSON', () => {
  expect(() => parseJson('{"a":1,"b":NaN,')).toThrow(SyntaxError);
});

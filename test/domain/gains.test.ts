import { describe, expect, it, test } from 'vitest';
import { csvRecord } from '#shared/domain/csv.ts';
import { formatUnits } from '#shared/domain/decimal.ts';
import { engineVersion } from '#shared/domain/engine-version.ts';
import { addGains, addSums, countMatch, gainOf, noGains, yearBounds } from '#shared/domain/gains.ts';
import { emptyLedger } from '#shared/domain/ledger.ts';
import { scaleOf } from '#shared/domain/lot.ts';
import { replay } from '#shared/domain/replay.ts';
import { transactions } from '../support/ledger-text.ts';

const scale = scaleOf(18);

const gainsOf = (text: string) => {
  const ledger = emptyLedger(1, scale);
  replay(transactions(text), new Map([[1, ledger]]));
  const gains = noGains();
  for (const match of ledger.matches) countMatch(gains, match);
  return { ...addGains([{ gains, moneyPlaces: scale.moneyPlaces }]), matches: ledger.matches };
};

/** A ledger with what the engine does: shares of lumps, gas, a shortfall, an unknown cost, a date before another. */
const pinned = `
  buy 3 @ 0.30 on 2020-01-01 fee 0.10
  in 2 on 2020-02-01
  buy 1 = 7 on 2020-03-01
  sell 1 @ 1 on 2021-01-01 fee 0.01
  gas 0.5 @ 2 on 2021-02-01
  sell 4 = 11 on 2021-06-01
  sell 1 @ 3 on 2021-07-01
`;

test('these figures are those of this version of the engine: change one, and raise the other', () => {
  const { matches } = gainsOf(pinned);
  const figures = matches.map(({ quantity, cost, proceeds, term }) =>
    [
      formatUnits(quantity, scale.decimals),
      cost === null ? 'unknown' : formatUnits(cost, scale.moneyPlaces),
      proceeds === null ? 'unknown' : formatUnits(proceeds, scale.moneyPlaces),
      term ?? 'no term',
    ].join(' '),
  );
  expect({ engineVersion, figures }).toEqual({
    engineVersion: 'replay/2',
    figures: [
      '1 0.333333333333333333 0.99 short',
      '0.5 0.166666666666666667 1 long',
      '1.5 0.5 4.125 long',
      '2 unknown 5.5 long',
      '0.5 3.5 1.375 long',
      '0.5 3.5 1.5 long',
      '0.5 unknown 1.5 no term',
    ],
  });
});

test('gains add up by term, and what is unknown widens the interval', () => {
  const { short, long, unknown } = gainsOf(pinned);
  expect(short).toEqual({
    ...{ rows: 1, unknownCost: 0, unknownProceeds: 0, proceeds: '0.99', cost: '0.333333333333333333' },
    ...{ gain: '0.656666666666666667', gainMin: '0.656666666666666667', gainMax: '0.656666666666666667' },
    fees: '0.01',
  });
  expect(long).toEqual({
    ...{ rows: 5, unknownCost: 1, unknownProceeds: 0, proceeds: '13.5', cost: '7.666666666666666667' },
    ...{ gain: '0.333333333333333333', gainMin: '0.333333333333333333', gainMax: '5.833333333333333333' },
    fees: '1',
  });
  expect(unknown).toMatchObject({ rows: 1, unknownCost: 1, gain: '0', gainMin: '0', gainMax: '1.5' });
  expect(addSums([short, long, unknown])).toMatchObject({ rows: 7, gainMax: '7.99' });
  expect(addSums([])).toMatchObject({ rows: 0, gain: '0', fees: '0' });
});

describe('the gain of a slice', () => {
  it.each([
    ['12', '5', { gain: '7', min: '7', max: '7' }],
    ['12', '15', { gain: '-3', min: '-3', max: '-3' }],
    ['12', null, { gain: null, min: '0', max: '12' }],
    // A fee above the value: no cost makes it a gain.
    ['-2', null, { gain: null, min: '-2', max: '0' }],
    [null, '5', { gain: null, min: null, max: null }],
    [null, null, { gain: null, min: null, max: null }],
  ])('of proceeds %s and cost %s', (proceeds, cost, expected) => {
    expect(gainOf(proceeds, cost)).toEqual(expected);
  });
});

test('a year begins and ends at midnight in UTC', () => {
  expect(yearBounds(2024)).toEqual({
    from: Date.parse('2024-01-01T00:00:00Z'),
    until: Date.parse('2025-01-01T00:00:00Z'),
  });
});

describe('S20: a cell', () => {
  it.each([
    '=1+1',
    '+1-1',
    '-1+1',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '\n=1',
    ' =1',
    '＝1',
    '＋1',
    '－1',
    '＠A',
    '-',
    '+1',
  ])('of %j begins with an apostrophe', (text) => {
    expect(csvRecord([text])).toBe(`"'${text}"\r\n`);
  });

  it.each(['-1', '-0.5', '12.25', '0', 'ETH', 'a=b', '1 -ETH'])('of %j is as it is', (text) => {
    expect(csvRecord([text])).toBe(`"${text}"\r\n`);
  });

  it('is quoted, and its quotes are doubled', () => {
    expect(csvRecord(['a"b', null, 'c,d\r\n'])).toBe('"a""b","","c,d\r\n"\r\n');
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { longTermFrom, termOf } from '#shared/domain/holding-period.ts';

const termBetween = (acquired: string, disposed: string) =>
  termOf(Date.parse(acquired), Date.parse(disposed));

describe('a disposal is long-term more than one calendar year after acquisition', () => {
  test.each([
    ['the first anniversary', '2021-01-01', '2022-01-01', 'short'],
    ['the day after it', '2021-01-01', '2022-01-02', 'long'],
    ['bought on a leap day, the day after the anniversary', '2020-02-29', '2021-03-01', 'long'],
    ['bought on a leap day, the anniversary', '2020-02-29', '2021-02-28', 'short'],
    ['bought the day before a leap day', '2020-02-28', '2021-02-28', 'short'],
    ['bought the day before a leap day, and a day', '2020-02-28', '2021-03-01', 'long'],
    ['a leap day within the year makes it 366 days', '2019-06-01', '2020-06-01', 'short'],
    ['a leap day within the year, and a day', '2019-06-01', '2020-06-02', 'long'],
    ['the day after the anniversary is a leap day', '2019-02-28', '2020-02-29', 'long'],
    ['bought at the end of February, sold in a leap year', '2019-02-28', '2020-02-28', 'short'],
    ['the end of a month', '2021-01-31', '2022-01-31', 'short'],
    ['the first of the next month', '2021-01-31', '2022-02-01', 'long'],
    ['the end of a short month', '2021-04-30', '2022-05-01', 'long'],
    ['the end of the year', '2020-12-31', '2021-12-31', 'short'],
    ['the turn of the year', '2020-12-31', '2022-01-01', 'long'],
    ['the last second of the anniversary', '2021-01-01T00:00:00Z', '2022-01-01T23:59:59.999Z', 'short'],
    ['the first second of the day after', '2021-01-01T23:59:59.999Z', '2022-01-02T00:00:00Z', 'long'],
    ['a day of another time zone counts as the UTC day', '2021-01-01T23:00:00-05:00', '2022-01-02', 'short'],
    ['the same moment', '2021-01-01', '2021-01-01', 'short'],
    ['acquired before 1970', '1969-12-31', '1971-01-01', 'long'],
  ])('%s', (_, acquired, disposed, term) => {
    expect(termBetween(acquired, disposed)).toBe(term);
  });

  test('whatever the time of day of the acquisition', () => {
    const day = fc.integer({ min: 0, max: 40_000 });
    const time = fc.integer({ min: 0, max: 86_399_999 });
    fc.assert(
      fc.property(day, time, (days, ms) => {
        expect(longTermFrom(days * 86_400_000 + ms)).toBe(longTermFrom(days * 86_400_000));
      }),
    );
  });

  test('never fewer than 366 days later, never more than 367', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40_000 }), (days) => {
        expect([366, 367]).toContain(longTermFrom(days * 86_400_000) / 86_400_000 - days);
      }),
    );
  });
});

test.each([
  ['no year: the next day', '2021-01-31', 0, '2021-02-01'],
  ['two years', '2020-02-29', 2, '2022-03-01'],
  ['four years, from leap day to leap day', '2020-02-29', 4, '2024-03-01'],
])('the length of the holding period is a parameter: %s', (_, acquired, years, from) => {
  expect(longTermFrom(Date.parse(acquired), years)).toBe(Date.parse(from));
});

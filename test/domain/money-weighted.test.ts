import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decimal } from '#shared/domain/big-decimal.ts';
import { moneyWeighted } from '#shared/domain/money-weighted.ts';

const rounded = (value: Decimal | null, places: number) => value?.toFixed(places) ?? null;

describe('the money-weighted return', () => {
  const xirr = (...payments: [string, number][]) =>
    moneyWeighted(
      payments.map(([date, usd]) => ({ at: Date.parse(`${date}T00:00:00Z`), usd: new Decimal(usd) })),
    );

  // Microsoft's documentation of XIRR: "The internal rate of return (0.373362535 or 37.34%)".
  it("is that of Microsoft's documented example of XIRR", () => {
    const { yearly } = xirr(
      ['2008-01-01', -10_000],
      ['2008-03-01', 2_750],
      ['2008-10-30', 4_250],
      ['2009-02-15', 3_250],
      ['2009-04-01', 2_750],
    );
    // Excel stops when the result is accurate within 0.000001 percent.
    expect(rounded(yearly, 7)).toBe('0.3733625');
  });

  // CFA Institute, Quantitative Methods, "Rates and Returns": a share at 200, another at 225 a year later, both sold at 470
  // after two years, dividends of 5 and 10: 9.39 percent.
  it("is that of the CFA Institute's example of two shares", () => {
    const { yearly } = xirr(['2022-01-01', -200], ['2023-01-01', -220], ['2024-01-01', 480]);
    expect(rounded(yearly, 4)).toBe('0.0939');
  });

  it('is none where there are several, or none at all, and says so', () => {
    // 10 and 20 percent both: -1000, +2300, -1320.
    expect(xirr(['2021-01-01', -1_000], ['2022-01-01', 2_300], ['2023-01-01', -1_320])).toEqual({
      ...{ ofPeriod: null, yearly: null, reason: 'several_roots' },
    });
    expect(xirr(['2021-01-01', -1_000], ['2022-01-01', 1_500], ['2023-01-01', -1_000]).reason).toBe(
      'no_root',
    );
    expect(xirr(['2021-01-01', -1_000]).reason).toBe('nothing_invested');
    expect(xirr(['2021-01-01', 0], ['2022-01-01', 0]).reason).toBe('nothing_invested');
    expect(moneyWeighted([{ at: 0, usd: null }]).reason).toBe('missing_price');
  });

  it('is a loss of all, of a year too, where nothing ever came back', () => {
    const lost = { ofPeriod: '-1', yearly: '-1', reason: null };
    const told = (...payments: [string, number][]) => {
      const { ofPeriod, yearly, reason } = xirr(...payments);
      return { ofPeriod: ofPeriod?.toFixed() ?? null, yearly: yearly?.toFixed() ?? null, reason };
    };
    expect(told(['2021-01-01', -1_000], ['2022-01-01', 0])).toEqual(lost);
    expect(told(['2021-01-01', -1_000], ['2021-01-02', 0])).toEqual(lost);
    expect(told(['2021-01-01', 0], ['2021-03-01', -1_000], ['2021-06-01', -50], ['2023-01-01', 0])).toEqual(
      lost,
    );
    // So it is where next to nothing comes back.
    const { ofPeriod } = xirr(['2021-01-01', -1_000], ['2021-06-01', -1_000], ['2022-01-01', 1]);
    expect(rounded(ofPeriod, 4)).toBe('-1.0000');
  });

  it('is no loss of all where something came back, or no time has passed since', () => {
    const { yearly } = xirr(['2021-01-01', -1_000], ['2022-01-01', 10], ['2023-01-01', 0]);
    expect(rounded(yearly, 6)).toBe('-0.990000');
    expect(xirr(['2021-01-01', -1_000], ['2022-01-01', -1_000]).reason).toBe('no_root');
    expect(xirr(['2021-01-01', -1_000], ['2021-01-01', 0]).reason).toBe('nothing_invested');
    expect(xirr(['2021-01-01', 0], ['2022-01-01', 1_000], ['2023-01-01', 0]).reason).toBe('nothing_invested');
  });

  it('makes the payments worth nothing together, whatever they are', () => {
    const payments = fc.record({
      paid: fc.array(
        fc.record({ day: fc.integer({ min: 0, max: 999 }), usd: fc.integer({ min: 1, max: 1e6 }) }),
        {
          minLength: 1,
          maxLength: 8,
        },
      ),
      received: fc.integer({ min: 1, max: 1e7 }),
    });
    fc.assert(
      fc.property(payments, ({ paid, received }) => {
        const dayMs = 86_400_000;
        const all = [
          ...paid.map(({ day, usd }) => ({ at: day * dayMs, usd: new Decimal(-usd) })),
          { at: 1_000 * dayMs, usd: new Decimal(received) },
        ].sort((left, right) => left.at - right.at);
        const { ofPeriod, reason } = moneyWeighted(all);
        // Payments in one direction first, then in the other, have one rate: what lies beyond the search has none.
        expect(reason).toBe(ofPeriod === null ? 'no_root' : null);
        if (ofPeriod === null) return;
        const length = 1_000 * dayMs - (all[0]?.at ?? 0);
        const worth = all.reduce((total, payment) => {
          const left = new Decimal(1_000 * dayMs - payment.at).div(length);
          return total.plus(payment.usd.times(ofPeriod.plus(1).pow(left)));
        }, new Decimal(0));
        expect(worth.abs().div(received).lt('1e-15')).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compare, difference, formatUnits, product, sum } from '#shared/domain/decimal.ts';
import { type Holding, isCounted, totalsOf } from '#shared/domain/holdings.ts';
import { valuePosition } from '#shared/domain/valuation.ts';
import { randomHolding } from '../support/holding-arbitraries.ts';

const one = 10n ** 18n;

/** Two coins at 150, bought for 200. */
const holding = (fields: Partial<Holding> = {}): Holding => ({
  rawAmount: 2n * one,
  unknownBasisRawAmount: 0n,
  soldRawAmount: 0n,
  shortfallRawAmount: 0n,
  unknownSlices: 0n,
  decimals: 18,
  costBasisUsd: '200',
  totalSellValueUsd: '0',
  realizedPnlUsd: '7',
  unknownCostProceedsUsd: '0',
  feesUsd: '1.5',
  priceUsd: '150',
  priceState: 'current',
  isVerified: true,
  isSpam: false,
  isRecalculating: false,
  ...fields,
});

const nothing = {
  valueUsd: '0',
  costBasisUsd: '0',
  unrealizedPnlUsd: '0',
  unrealizedMinUsd: '0',
  unrealizedMaxUsd: '0',
  realizedPnlUsd: '0',
  realizedMaxUsd: '0',
  feesUsd: '0',
  unpricedTokens: 0,
  unpricedCostBasisUsd: '0',
  unverifiedTokens: 0,
  unverifiedValueUsd: '0',
  staleTokens: 0,
  disputedTokens: 0,
  disputedValueUsd: '0',
  spamTokens: 0,
  basisComplete: true,
  isRecalculating: false,
};

/** The part of the totals that a verified token with a price makes. */
const worth = {
  ...nothing,
  valueUsd: '300',
  costBasisUsd: '200',
  unrealizedPnlUsd: '100',
  unrealizedMinUsd: '100',
  unrealizedMaxUsd: '100',
  realizedPnlUsd: '7',
  realizedMaxUsd: '7',
  feesUsd: '1.5',
};

describe('holdings add up', () => {
  it('to nothing where there are none', () => {
    expect(totalsOf([])).toEqual(nothing);
  });

  it('field by field', () => {
    expect(totalsOf([holding()])).toEqual(worth);
    expect(totalsOf([holding(), holding({ priceUsd: '0.000000000000000001' })])).toEqual({
      ...worth,
      valueUsd: '300.000000000000000002',
      costBasisUsd: '400',
      unrealizedPnlUsd: '-99.999999999999999998',
      unrealizedMinUsd: '-99.999999999999999998',
      unrealizedMaxUsd: '-99.999999999999999998',
      realizedPnlUsd: '14',
      realizedMaxUsd: '14',
      feesUsd: '3',
    });
  });

  it('with what has no price apart: it is worth something unknown, not nothing', () => {
    expect(totalsOf([holding(), holding({ priceUsd: null, priceState: 'none' })])).toEqual({
      ...worth,
      realizedPnlUsd: '14',
      realizedMaxUsd: '14',
      feesUsd: '3',
      unpricedTokens: 1,
      unpricedCostBasisUsd: '200',
    });
  });

  it('with what is not verified apart, whatever its price claims', () => {
    const totals = totalsOf([holding(), holding({ isVerified: false, priceUsd: '1000000' })]);
    expect(totals).toMatchObject({
      valueUsd: '300',
      costBasisUsd: '200',
      unverifiedTokens: 1,
      unverifiedValueUsd: '2000000',
      unpricedTokens: 0,
    });
    expect(totalsOf([holding({ isVerified: false, priceUsd: null, priceState: 'none' })])).toMatchObject({
      unverifiedTokens: 1,
      unverifiedValueUsd: '0',
      unpricedTokens: 1,
    });
  });

  it('with what is old, which counts', () => {
    expect(totalsOf([holding({ priceState: 'stale' })])).toEqual({ ...worth, staleTokens: 1 });
    expect(totalsOf([holding({ priceState: 'manual' })])).toEqual(worth);
  });

  it('with what sources disagree about apart, in its cost too', () => {
    const disputed = holding({ priceState: 'disputed', priceUsd: '1000000', unknownBasisRawAmount: 1n });
    expect(totalsOf([holding(), disputed])).toEqual({
      ...worth,
      realizedPnlUsd: '14',
      realizedMaxUsd: '14',
      feesUsd: '3',
      disputedTokens: 1,
      disputedValueUsd: '2000000',
      basisComplete: false,
    });
    expect(totalsOf([holding({ ...disputed, rawAmount: 0n })])).toMatchObject({ disputedTokens: 0 });
    expect(totalsOf([holding({ ...disputed, isSpam: true })])).toMatchObject({
      disputedTokens: 0,
      disputedValueUsd: '0',
    });
  });

  it('without spam, which is counted', () => {
    const spam = holding({ isSpam: true, isRecalculating: true, shortfallRawAmount: 1n });
    expect(totalsOf([holding(), spam])).toEqual({ ...worth, spamTokens: 1 });
  });

  it('with the past of what is closed, which is neither unpriced nor unverified', () => {
    const closed = {
      rawAmount: 0n,
      costBasisUsd: '0',
      priceUsd: null,
      priceState: 'none',
      isVerified: false,
    } as const;
    expect(totalsOf([holding(closed)])).toEqual({
      ...nothing,
      realizedPnlUsd: '7',
      realizedMaxUsd: '7',
      feesUsd: '1.5',
    });
  });

  it('to an interval where a cost is unknown', () => {
    const gift = holding({ unknownBasisRawAmount: one, costBasisUsd: '100' });
    expect(totalsOf([holding(), gift])).toMatchObject({
      valueUsd: '600',
      costBasisUsd: '300',
      unrealizedPnlUsd: null,
      unrealizedMinUsd: '150',
      unrealizedMaxUsd: '300',
      basisComplete: false,
    });
    const sold = holding({ unknownCostProceedsUsd: '40', unknownSlices: 1n });
    expect(totalsOf([sold])).toMatchObject({
      realizedPnlUsd: '7',
      realizedMaxUsd: '47',
      unrealizedPnlUsd: '100',
      basisComplete: false,
    });
  });

  it('and are recalculating while one of them is', () => {
    expect(totalsOf([holding(), holding({ isRecalculating: true })]).isRecalculating).toBe(true);
  });
});

const holdings = fc.array(randomHolding, { maxLength: 8 });

describe('whatever the holdings', () => {
  it('totals are the sums of their parts', () => {
    fc.assert(
      fc.property(holdings, holdings, (left, right) => {
        const [all, a, b] = [totalsOf([...left, ...right]), totalsOf(left), totalsOf(right)];
        for (const key of [
          'valueUsd',
          'costBasisUsd',
          'unrealizedMinUsd',
          'unrealizedMaxUsd',
          'realizedPnlUsd',
          'realizedMaxUsd',
          'feesUsd',
          'unpricedCostBasisUsd',
          'unverifiedValueUsd',
          'disputedValueUsd',
        ] as const) {
          expect(all[key]).toBe(sum([a[key], b[key]]));
        }
        for (const key of [
          'unpricedTokens',
          'unverifiedTokens',
          'staleTokens',
          'disputedTokens',
          'spamTokens',
        ] as const) {
          expect(all[key]).toBe(a[key] + b[key]);
        }
        expect(all.basisComplete).toBe(a.basisComplete && b.basisComplete);
      }),
    );
  });

  it('they agree with what each is valued at', () => {
    fc.assert(
      fc.property(holdings, (some) => {
        const shown = some.filter(
          (one) => one.isVerified && !one.isSpam && one.priceUsd !== null && one.priceState !== 'disputed',
        );
        const values = shown.map((one) => valuePosition(one, one.priceUsd));
        expect(totalsOf(some).valueUsd).toBe(sum(values.flatMap(({ valueUsd }) => valueUsd ?? [])));
        const gains = values.map(({ unrealizedPnlUsd }) => unrealizedPnlUsd);
        const { unrealizedPnlUsd } = totalsOf(shown.filter(({ rawAmount }) => rawAmount > 0n));
        if (unrealizedPnlUsd === null) expect(gains).toContain(null);
      }),
    );
  });

  it('what is unknown stays unknown, within its bounds', () => {
    fc.assert(
      fc.property(holdings, (some) => {
        const totals = totalsOf(some);
        expect(compare(totals.unrealizedMinUsd, totals.unrealizedMaxUsd)).toBeLessThanOrEqual(0);
        expect(compare(totals.realizedPnlUsd, totals.realizedMaxUsd)).toBeLessThanOrEqual(0);
        expect(totals.unrealizedMaxUsd).toBe(difference(totals.valueUsd, totals.costBasisUsd));
        const counted = some.filter(isCounted);
        const isKnown = counted.every(({ unknownBasisRawAmount }) => unknownBasisRawAmount === 0n);
        expect(totals.unrealizedPnlUsd === null).toBe(!isKnown);
        const unknown = counted.map((one) =>
          product(formatUnits(one.unknownBasisRawAmount, 18), one.priceUsd),
        );
        expect(sum([totals.unrealizedMinUsd, ...unknown])).toBe(totals.unrealizedMaxUsd);
      }),
    );
  });

  it('a holding without a price adds to no value', () => {
    fc.assert(
      fc.property(holdings, randomHolding, (some, another) => {
        const { valueUsd, unverifiedValueUsd } = totalsOf(some);
        const more = totalsOf([...some, { ...another, priceUsd: null, priceState: 'none' }]);
        expect([more.valueUsd, more.unverifiedValueUsd]).toEqual([valueUsd, unverifiedValueUsd]);
      }),
    );
  });
});

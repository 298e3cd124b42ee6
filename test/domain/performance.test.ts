import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decimal } from '#shared/domain/big-decimal.ts';
import { type Course, type FlowMoment, performanceOf } from '#shared/domain/performance.ts';

const at = (date: string) => Date.parse(`${date}T00:00:00Z`);
const rounded = (text: string | null, places: number) =>
  text === null ? null : new Decimal(text).toFixed(places);

const deposit = (date: string, usd: string, valueAfterUsd: string | null): FlowMoment => ({
  at: at(date),
  flows: [{ kind: 'deposit', valueUsd: usd, feeUsd: '0' }],
  valueAfterUsd,
});
const withdrawal = (date: string, usd: string, valueAfterUsd: string | null): FlowMoment => ({
  at: at(date),
  flows: [{ kind: 'withdrawal', valueUsd: usd, feeUsd: '0' }],
  valueAfterUsd,
});

const course = (fields: Partial<Course>): Course => ({
  ...{ from: at('2023-01-01'), to: at('2024-01-01'), beginUsd: '0', endUsd: '0', moments: [] },
  ...fields,
});

describe('the time-weighted return', () => {
  // CFA Institute, "Rates and Returns": 15 percent in the first year, 6.67 in the second: 10.755 percent a year, however much
  // was put in. The share is bought at 200, is worth 225 and pays 5; two are worth 470 and pay 10 a year later.
  it("is that of the CFA Institute's example of two shares", () => {
    const { steps, timeWeighted, timeWeightedYearly } = performanceOf(
      course({
        from: at('2022-01-01'),
        to: at('2024-01-01'),
        beginUsd: '200',
        endUsd: '480',
        moments: [deposit('2023-01-01', '220', '450')],
      }),
    );
    expect(steps.map((step) => rounded(step.return, 4))).toEqual(['0.1500', '0.0667']);
    expect(rounded(timeWeighted, 4)).toBe('0.2267');
    // The book takes the root of 1.15 x 1.0667, which is rounded already.
    expect(rounded(timeWeightedYearly, 5)).toBe('0.10755');
  });

  it('is a loss of all where nothing is left, as the other two are', () => {
    const all = { timeWeighted: '-1', moneyWeighted: '-1', moneyWeightedYearly: '-1', simple: '-1' };
    const held = course({ beginUsd: '100', endUsd: '0' });
    expect(performanceOf(held)).toMatchObject({ ...all, moneyWeightedReason: null, gainUsd: '-100' });
    const moments = [deposit('2023-03-01', '50', '150'), deposit('2023-06-01', '50', '60')];
    expect(performanceOf({ ...held, moments })).toMatchObject({ ...all, gainUsd: '-200' });
    expect(performanceOf(course({ moments: [deposit('2023-03-01', '50', '50')] }))).toMatchObject(all);
  });

  it('is not moved by what comes in and goes out', () => {
    const { timeWeighted, gainUsd, simple } = performanceOf(
      course({
        beginUsd: '100',
        endUsd: '11',
        moments: [deposit('2023-03-01', '1000', '1110'), withdrawal('2023-06-01', '999', '111')],
      }),
    );
    // 110 / 100 x 1110 / 1110 x 11 / 111
    expect(rounded(timeWeighted, 6)).toBe(new Decimal('1.1').times(11).div(111).minus(1).toFixed(6));
    expect(gainUsd).toBe('-90');
    expect(rounded(simple, 6)).toBe('-0.081818');
  });

  it('takes fees from what is gained: those of a sale before it, those of a purchase after', () => {
    const bought = performanceOf(
      course({
        endUsd: '100',
        moments: [
          {
            at: at('2023-02-01'),
            flows: [{ kind: 'purchase', valueUsd: '100', feeUsd: '1' }],
            valueAfterUsd: '100',
          },
        ],
      }),
    );
    expect(rounded(bought.timeWeighted, 6)).toBe('-0.009901');
    expect(bought).toMatchObject({ gainUsd: '-1' });
    const sold = performanceOf(
      course({
        beginUsd: '100',
        moments: [
          {
            at: at('2023-02-01'),
            flows: [{ kind: 'sale', valueUsd: '100', feeUsd: '1' }],
            valueAfterUsd: '0',
          },
        ],
      }),
    );
    expect(sold).toMatchObject({
      timeWeighted: '-0.01',
      moneyWeighted: '-0.01',
      simple: '-0.01',
      gainUsd: '-1',
    });
  });

  it('is unknown where a price is missing, and says in which step; the gain is known if both ends are', () => {
    const result = performanceOf(
      course({ beginUsd: '100', endUsd: '250', moments: [deposit('2023-03-01', '100', null)] }),
    );
    expect(result).toMatchObject({ timeWeighted: null, gainUsd: '50', simple: '0.25' });
    expect(result.steps.map((step) => [step.endUsd, step.return])).toEqual([
      [null, null],
      ['250', null],
    ]);
    const unknown = performanceOf(course({ beginUsd: null, endUsd: '1' }));
    expect(unknown).toMatchObject({ gainUsd: null, simple: null, moneyWeightedReason: 'missing_price' });
  });

  it('has nothing to say where nothing ever was', () => {
    expect(performanceOf(course({}))).toMatchObject({
      ...{ timeWeighted: null, moneyWeighted: null, simple: null, gainUsd: '0' },
      moneyWeightedReason: 'nothing_invested',
    });
  });

  it('rests while nothing is there', () => {
    const { timeWeighted } = performanceOf(
      course({
        beginUsd: '100',
        endUsd: '60',
        moments: [withdrawal('2023-02-01', '110', '0'), deposit('2023-06-01', '50', '50')],
      }),
    );
    expect(timeWeighted).toBe('0.32');
  });

  // GIPS and the CFA Institute's "Global Investment Performance Standards": Modified Dietz weighs a flow by the part of the
  // time that is left. 100 grow to 120, 40 of them come in after a quarter of the day: -20 / (100 + 0.75 x 40).
  it('takes days of many flows as a whole, by Modified Dietz', () => {
    const day = course({
      from: at('2023-01-01'),
      to: at('2023-01-03'),
      beginUsd: '100',
      endUsd: '132',
      moments: [{ ...deposit('2023-01-01', '40', null), at: at('2023-01-01') + 6 * 3_600_000 }],
    });
    const { steps, timeWeighted } = performanceOf(day, { valueAt: () => '120' });
    expect(steps).toMatchObject([
      { method: 'modified_dietz', flowUsd: '40', endUsd: '120' },
      { method: 'exact', beginUsd: '120', return: '0.1' },
    ]);
    expect(rounded(timeWeighted, 6)).toBe(new Decimal(110).div(130).times('1.1').minus(1).toFixed(6));
  });
});

describe('the three returns', () => {
  const amount = fc.integer({ min: 1, max: 1e9 }).map(String);
  const left = fc.oneof({ weight: 4, arbitrary: amount }, fc.constant('0'));

  it('are one without flows', () => {
    fc.assert(
      fc.property(amount, left, fc.integer({ min: 1, max: 3_000 }), (beginUsd, endUsd, days) => {
        fc.pre(
          endUsd === '0' ||
            (new Decimal(endUsd).div(beginUsd).lt('1e8') && new Decimal(beginUsd).div(endUsd).lt('1e8')),
        );
        const {
          timeWeighted,
          moneyWeighted: weighted,
          simple,
        } = performanceOf(course({ from: 0, to: days * 86_400_000, beginUsd, endUsd }));
        expect(weighted).toBe(timeWeighted);
        expect(simple).toBe(timeWeighted);
      }),
      { numRuns: 60 },
    );
  });

  it('do not change when a part of the time is looked at first, and then the rest', () => {
    const moment = fc.record({
      before: fc.integer({ min: 1, max: 1e6 }),
      flow: fc.integer({ min: 1, max: 1e6 }),
    });
    fc.assert(
      fc.property(fc.array(moment, { minLength: 1, maxLength: 6 }), fc.nat(5), (parts, cut) => {
        const moments: FlowMoment[] = parts.map(({ before, flow }, place) => ({
          at: (place + 1) * 86_400_000,
          flows: [{ kind: 'deposit', valueUsd: String(flow), feeUsd: '0' }],
          valueAfterUsd: String(before + flow),
        }));
        const end = (parts.length + 1) * 86_400_000;
        const whole = performanceOf({ from: 0, to: end, beginUsd: '7', endUsd: '9', moments });
        const place = Math.min(cut, moments.length - 1);
        const [middle, first] = [moments[place], moments.slice(0, place)];
        const value = middle?.valueAfterUsd ?? '0';
        const before = String(parts[place]?.before ?? 0);
        const left = performanceOf({
          from: 0,
          to: middle?.at ?? 0,
          beginUsd: '7',
          endUsd: before,
          moments: first,
        });
        const right = performanceOf({
          ...{ from: middle?.at ?? 0, to: end, beginUsd: value, endUsd: '9' },
          moments: moments.slice(place + 1),
        });
        const together = new Decimal(left.timeWeighted ?? 0)
          .plus(1)
          .times(new Decimal(right.timeWeighted ?? 0).plus(1));
        expect(
          together
            .minus(1)
            .minus(whole.timeWeighted ?? 0)
            .abs()
            .lt('1e-9'),
        ).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});

/** The rate at which payments are worth nothing together: XIRR, by actual days of years that have 365. */
import { Decimal as Exact } from './big-decimal.ts';

/** Logarithms and powers of 200 digits would take long, and say nothing more. */
const Decimal = Exact.clone({ precision: 50 });
type Decimal = Exact;

/** A payment out of the pocket is negative, one into it positive; null where nobody knows. */
export interface Payment {
  /** Milliseconds since 1970. */
  at: number;
  usd: Decimal | null;
}

export interface MoneyWeighted {
  /** As a fraction, of the whole time between the first payment and the last. */
  ofPeriod: Decimal | null;
  /** As a fraction, of a year. */
  yearly: Decimal | null;
  reason: 'missing_price' | 'nothing_invested' | 'no_root' | 'several_roots' | null;
}

const yearMs = 365 * 86_400_000;

/** Growth over the whole time, as a logarithm: from a billionth to a billion-fold, in so many steps. */
const widest = Math.log(1e9);
const steps = 400;

/** Enough for 18 places of any rate that is shown. */
const enough = new Decimal('1e-35');
const mostRounds = 200;

interface Due {
  /** Which part of the whole time has passed. */
  part: Decimal;
  usd: Decimal;
}

/** What payments are worth at the beginning, when money grows by e^growth over the whole time, and how that changes. */
const presentValue = (payments: readonly Due[], growth: Decimal) => {
  let [value, slope] = [new Decimal(0), new Decimal(0)];
  for (const { part, usd } of payments) {
    const discounted = part.times(growth).neg().exp().times(usd);
    value = value.plus(discounted);
    slope = slope.minus(discounted.times(part));
  }
  return { value, slope };
};

/** Where to look for roots: neighbours between which the present value changes its sign. Only the sign is taken from it. */
const brackets = (payments: readonly Due[]): [number, number][] => {
  const rough = payments.map(({ part, usd }) => ({ part: part.toNumber(), usd: usd.toNumber() }));
  const signAt = (growth: number) =>
    Math.sign(rough.reduce((total, { part, usd }) => total + usd * Math.exp(-part * growth), 0));
  const found: [number, number][] = [];
  const at = (step: number) => -widest + (2 * widest * step) / steps;
  let before = signAt(at(0));
  for (let step = 1; step <= steps; step += 1) {
    const sign = signAt(at(step));
    if (sign !== before && before !== 0) found.push([at(step - 1), at(step)]);
    before = sign;
  }
  return found;
};

/** Newton's steps as long as they stay between the ends, which close in on the root; else the middle. */
const rootBetween = (payments: readonly Due[], [left, right]: [number, number]): Decimal => {
  let [low, high] = [new Decimal(left), new Decimal(right)];
  const signLow = presentValue(payments, low).value.s;
  let growth = low.plus(high).div(2);
  for (let round = 0; round < mostRounds; round += 1) {
    const { value, slope } = presentValue(payments, growth);
    if (value.isZero()) return growth;
    if (value.s === signLow) low = growth;
    else high = growth;
    const step = slope.isZero() ? null : value.div(slope);
    const newton = step === null ? null : growth.minus(step);
    const isInside = newton?.gt(low) === true && newton.lt(high);
    const next = newton !== null && isInside ? newton : low.plus(high).div(2);
    if (next.minus(growth).abs().lt(enough)) return next;
    growth = next;
  }
  return growth;
};

const none = (reason: MoneyWeighted['reason']): MoneyWeighted => ({ ofPeriod: null, yearly: null, reason });

/** All of it, over any time. */
const everything: MoneyWeighted = { ofPeriod: new Decimal(-1), yearly: new Decimal(-1), reason: null };

/**
 * The money-weighted return of payments, in order of time. Where money was paid in and nothing ever came back, not even at
 * the end, all is lost: what the rate tends to as the last payment does to zero. Else, what makes no root, or several, has
 * none: with payments that change their direction more than once there need not be just one.
 */
export const moneyWeighted = (payments: readonly Payment[]): MoneyWeighted => {
  const known = payments.flatMap(({ at, usd }) => (usd === null ? [] : [{ at, usd: new Decimal(usd) }]));
  if (known.length < payments.length) return none('missing_price');
  const moving = known.filter(({ usd }) => !usd.isZero());
  const [first, last] = [moving[0]?.at ?? 0, moving.at(-1)?.at ?? 0];
  if (!moving.some(({ usd }) => usd.isNegative())) return none('nothing_invested');
  const end = known.at(-1)?.at ?? 0;
  if (last < end && moving.every(({ usd }) => usd.isNegative())) return everything;
  if (first === last) return none('nothing_invested');
  const length = last - first;
  const due = moving.map(({ at, usd }) => ({ part: new Decimal(at - first).div(length), usd }));
  const [bracket, ...others] = brackets(due);
  if (bracket === undefined) return none('no_root');
  if (others.length > 0) return none('several_roots');
  const growth = rootBetween(due, bracket);
  return {
    ofPeriod: growth.exp().minus(1),
    yearly: growth.times(yearMs).div(length).exp().minus(1),
    reason: null,
  };
};

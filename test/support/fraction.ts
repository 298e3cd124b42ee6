/** Fractions as pairs of numerator and denominator, the latter positive. */
export type Fraction = readonly [bigint, bigint];

export const zero: Fraction = [0n, 1n];

const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? a : gcd(b, a % b));

const reduced = (numerator: bigint, denominator: bigint): Fraction => {
  const divisor = gcd(numerator < 0n ? -numerator : numerator, denominator);
  return [numerator / divisor, denominator / divisor];
};

/** A count of `10^-places`. */
export const fraction = (units: bigint, places: number): Fraction => reduced(units, 10n ** BigInt(places));

export const add = ([a, b]: Fraction, [c, d]: Fraction): Fraction => reduced(a * d + c * b, b * d);
export const minus = (left: Fraction, [c, d]: Fraction): Fraction => add(left, [-c, d]);
export const multiply = ([a, b]: Fraction, [c, d]: Fraction): Fraction => reduced(a * c, b * d);
export const smaller = (left: Fraction, right: Fraction): Fraction =>
  left[0] * right[1] < right[0] * left[1] ? left : right;

/** Half-even to 18 places, of a fraction that is not negative. */
const rounded = ([n, d]: Fraction): Fraction => {
  const doubled = (n * 10n ** 18n * 2n) / d;
  const exact = (n * 10n ** 18n * 2n) % d === 0n;
  const down = doubled / 2n;
  const upwards = doubled % 2n === 1n && (!exact || down % 2n === 1n);
  return fraction(upwards ? down + 1n : down, 18);
};

/** The share of a lump: all for all, else in proportion, rounded, and never more than there is. */
export const shareOf = (lump: Fraction, slice: Fraction, quantity: Fraction): Fraction => {
  if (minus(slice, quantity)[0] === 0n) return lump;
  if (lump[0] < 0n) return minus(zero, shareOf(minus(zero, lump), slice, quantity));
  return smaller(rounded(multiply(multiply(lump, slice), [quantity[1], quantity[0]])), lump);
};

/** As a count of `10^-places`, which it must be. */
export const unitsOf = ([n, d]: Fraction, places: number): bigint => {
  const scaled = n * 10n ** BigInt(places);
  if (scaled % d !== 0n) throw new Error(`${n}/${d} has more than ${places} places`);
  return scaled / d;
};

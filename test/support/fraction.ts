/** Fractions as pairs of numerator and denominator; the denominators that are kept are powers of ten. */
export type Fraction = readonly [bigint, bigint];

export const zero: Fraction = [0n, 1n];

const powers = Array.from({ length: 80 }, (_, exponent) => 10n ** BigInt(exponent));

const powerOfTen = (exponent: number): bigint => powers[exponent] ?? 10n ** BigInt(exponent);

/** A count of `10^-places`. */
export const fraction = (units: bigint, places: number): Fraction => [units, powerOfTen(places)];

export const add = ([a, b]: Fraction, [c, d]: Fraction): Fraction => {
  if (b === d) return [a + c, b];
  return b > d ? [a + c * (b / d), b] : [a * (d / b) + c, d];
};

export const minus = (left: Fraction, [c, d]: Fraction): Fraction => add(left, [-c, d]);
export const multiply = ([a, b]: Fraction, [c, d]: Fraction): Fraction => [a * c, b * d];
export const smaller = (left: Fraction, right: Fraction): Fraction =>
  compare(left, right) < 0 ? left : right;

/** Orders fractions, the smaller one first. */
export const compare = ([a, b]: Fraction, [c, d]: Fraction): number => {
  const [left, right] = [a * d, c * b];
  return left < right ? -1 : left > right ? 1 : 0;
};

/** Half-even to 18 places, of a fraction that is not negative. */
const rounded = ([n, d]: Fraction): Fraction => {
  const places = 2n * n * powerOfTen(18);
  const doubled = places / d;
  const exact = doubled * d === places;
  const down = doubled / 2n;
  const upwards = doubled % 2n === 1n && (!exact || down % 2n === 1n);
  return fraction(upwards ? down + 1n : down, 18);
};

/** The share of a lump: all for all, else in proportion, rounded, and never more than there is. */
export const shareOf = (lump: Fraction, slice: Fraction, quantity: Fraction): Fraction => {
  if (compare(slice, quantity) === 0) return lump;
  if (lump[0] < 0n) return minus(zero, shareOf(minus(zero, lump), slice, quantity));
  return smaller(rounded(multiply(multiply(lump, slice), [quantity[1], quantity[0]])), lump);
};

/** As a count of `10^-places`, which it must be. */
export const unitsOf = ([n, d]: Fraction, places: number): bigint => {
  const power = powerOfTen(places);
  if (power === d) return n;
  const scaled = n * power;
  if (scaled % d !== 0n) throw new Error(`${n}/${d} has more than ${places} places`);
  return scaled / d;
};

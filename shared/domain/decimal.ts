/**
 * Exact numbers as BigInts with a known number of decimal places ("units"), and plain decimal strings at the edges. No
 * float takes part anywhere. decimal.js, in `big-decimal.ts`, serves where numbers of any size must be divided freely.
 */

/** Places of prices, averages and shares of lumps. */
export const pricePlaces = 18;

/** The most that a transaction may move, in the smallest unit: what an EVM word holds. */
export const maxRawAmount = 2n ** 256n - 1n;

const powers = new Map<number, bigint>();

/** 10 to the power of `exponent`. */
export const powerOfTen = (exponent: number): bigint => {
  let power = powers.get(exponent);
  if (power === undefined) {
    power = 10n ** BigInt(exponent);
    powers.set(exponent, power);
  }
  return power;
};

const plainDecimal = /^-?\d+(?:\.\d+)?$/;

/** Where a plain decimal with a point ends when the zeros behind it go, and the point with them if that was all. */
const significantEnd = (text: string, point: number): number => {
  let end = text.length;
  while (text.endsWith('0', end)) end -= 1;
  return end === point + 1 ? point : end;
};

/**
 * Reads a plain decimal as an integer count of `10^-places`.
 *
 * @throws RangeError when the text has more significant decimal places than `places`, or is no plain decimal.
 */
export const parseUnits = (text: string, places: number): bigint => {
  if (!plainDecimal.test(text)) throw new RangeError(`not a plain decimal: ${text}`);
  return readUnits(text, places);
};

/**
 * As `parseUnits`, for what a database wrote: it is a plain decimal for sure.
 *
 * @throws RangeError when it has more significant decimal places than `places`
 */
export const readUnits = (text: string, places: number): bigint => {
  const point = text.indexOf('.');
  if (point < 0) return BigInt(text) * powerOfTen(places);
  const digits = point + 1;
  const missing = places - (text.length - digits);
  if (missing >= 0) return BigInt(text.slice(0, point) + text.slice(digits)) * powerOfTen(missing);
  if (significantEnd(text, point) - digits > places) {
    throw new RangeError(`${text} has more than ${places} decimal places`);
  }
  return BigInt(text.slice(0, point) + text.slice(digits, digits + places));
};

/** Writes an integer count of `10^-places` as a plain decimal: no exponent, no trailing zeros. */
export const formatUnits = (units: bigint, places: number): string => {
  const sign = units < 0n ? '-' : '';
  const digits = (units < 0n ? -units : units).toString().padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  const fraction = digits.slice(digits.length - places).replace(/0+$/, '');
  return fraction ? `${sign}${whole}.${fraction}` : `${sign}${whole}`;
};

/** Divides integers, rounding half to even. The divisor is positive. */
export const divideHalfEven = (dividend: bigint, divisor: bigint): bigint => {
  const negative = dividend < 0n;
  const absolute = negative ? -dividend : dividend;
  let quotient = absolute / divisor;
  const twice = (absolute - quotient * divisor) * 2n;
  if (twice > divisor || (twice === divisor && (quotient & 1n) === 1n)) quotient += 1n;
  return negative ? -quotient : quotient;
};

/** Divides integers, rounding down. The divisor is positive. */
export const divideDown = (dividend: bigint, divisor: bigint): bigint => {
  const quotient = dividend / divisor;
  return quotient * divisor > dividend ? quotient - 1n : quotient;
};

/** A plain decimal as units with just the places it is written with. */
const unitsOf = (text: string): { units: bigint; places: number } => {
  const places = text.length - 1 - (text.includes('.') ? text.indexOf('.') : text.length - 1);
  return { units: parseUnits(text, places), places };
};

/** As a database writes them: no zeros in front. */
const written = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

/**
 * Drops the trailing zeros that a database's numeric may carry; the value stays.
 *
 * @throws RangeError when the text is no plain decimal
 */
export const plain = (text: string): string => {
  if (!written.test(text)) {
    const { units, places } = unitsOf(text);
    return formatUnits(units, places);
  }
  const point = text.indexOf('.');
  const short = point < 0 ? text : text.slice(0, significantEnd(text, point));
  return short === '-0' ? '0' : short;
};

/** As `plain`, for what may be unknown. */
export const plainOrNull = (text: string | null | undefined): string | null =>
  text == null ? null : plain(text);

/** Divides plain decimals for display: half-even to 18 places. The divisor is positive. */
export const quotient = (dividend: string, divisor: string): string => {
  const above = unitsOf(dividend);
  const below = unitsOf(divisor);
  const scaled = above.units * powerOfTen(below.places + pricePlaces);
  return formatUnits(divideHalfEven(scaled, below.units * powerOfTen(above.places)), pricePlaces);
};

/** Multiplies plain decimals, exactly. */
export const product = (left: string, right: string): string => {
  const [a, b] = [unitsOf(left), unitsOf(right)];
  return formatUnits(a.units * b.units, a.places + b.places);
};

/** Subtracts plain decimals, exactly. */
export const difference = (left: string, right: string): string => {
  const [a, b] = [unitsOf(left), unitsOf(right)];
  const places = Math.max(a.places, b.places);
  return formatUnits(
    a.units * powerOfTen(places - a.places) - b.units * powerOfTen(places - b.places),
    places,
  );
};

/** Adds plain decimals, exactly. */
export const sum = (values: readonly string[]): string =>
  values.reduce(
    (total, value) => difference(total, value.startsWith('-') ? value.slice(1) : `-${value}`),
    '0',
  );

/** Orders plain decimals as numbers, the smaller one first. */
export const compare = (left: string, right: string): number => {
  const gap = difference(left, right);
  return gap === '0' ? 0 : gap.startsWith('-') ? -1 : 1;
};

/** Decimal places of a plain decimal that matter: trailing zeros do not. */
export const decimalPlaces = (text: string): number =>
  text.replace(/^[^.]*\.?/, '').replace(/0+$/, '').length;

/** Numbers of price sources, read from the text that they were written as. */
import { divideHalfEven, formatUnits, powerOfTen, pricePlaces } from '#shared/domain/decimal.ts';

/** JSON whose numbers are still the texts that they were written as: a float would lose what is behind its 16th digit. */
export type Json = string | boolean | null | readonly Json[] | { readonly [key: string]: Json };

const asWritten = (_key: string, value: unknown, context?: { source?: string }): unknown =>
  typeof value === 'number' ? context?.source : value;

/** What some programs write for numbers that are none, where JSON has no word for it. */
const noNumbers = /(?<=[:[,]\s*)-?(?:NaN|Infinity)(?=\s*[,}\]])/g;

/**
 * Parses JSON, numbers as their texts. One coin's `NaN` is a text too, and spoils none of the others.
 *
 * @throws SyntaxError when it is no JSON, as where it was cut off
 */
export const parseJson = (text: string): Json => {
  try {
    return JSON.parse(text, asWritten);
  } catch (error) {
    if (!/NaN|Infinity/.test(text)) throw error;
    return JSON.parse(text.replace(noNumbers, '"$&"'), asWritten);
  }
};

/** A member of an object; undefined where there is none, or no object. */
export const member = (json: Json | undefined, key: string): Json | undefined =>
  typeof json === 'object' && json !== null && !Array.isArray(json) && Object.hasOwn(json, key)
    ? (json as { readonly [key: string]: Json })[key]
    : undefined;

/** The elements of an array; none where there is no array. */
export const elements = (json: Json | undefined): readonly Json[] => (Array.isArray(json) ? json : []);

/** The members of an object; none where there is no object. */
export const members = (json: Json | undefined): [string, Json][] =>
  typeof json === 'object' && json !== null && !Array.isArray(json) ? Object.entries(json) : [];

const numberPattern = /^(-?)(\d{1,60})(?:\.(\d{1,400}))?(?:[eE]([+-]?\d{1,3}))?$/;

/**
 * A number as a plain decimal of at most 18 places, rounded half to even; undefined when it is none, or has more than sixty
 * digits before its point.
 */
export const decimalOf = (json: Json | undefined): string | undefined => {
  const match = typeof json === 'string' ? numberPattern.exec(json) : null;
  if (!match) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const digits = BigInt(sign + whole + fraction);
  const places = fraction.length - Number(exponent) - pricePlaces;
  if (places < -(60 + pricePlaces)) return undefined;
  const units = places > 0 ? divideHalfEven(digits, powerOfTen(places)) : digits * powerOfTen(-places);
  return formatUnits(units, pricePlaces);
};

/** Above this no token is worth anything like it: whoever says so has lost a decimal point. */
const dearest = 10n ** 15n;

/** As `decimalOf`, of what can be a price: above zero, and below a quadrillion USD. */
export const priceOf = (json: Json | undefined): string | undefined => {
  const price = decimalOf(json);
  if (price === undefined || price === '0' || price.startsWith('-')) return undefined;
  return BigInt(price.split('.')[0] ?? '0') < dearest ? price : undefined;
};

/** As `decimalOf`, of a sum that is not negative. */
export const sumOf = (json: Json | undefined): string | undefined => {
  const sum = decimalOf(json);
  return sum?.startsWith('-') ? undefined : sum;
};

const units = { seconds: 1000, milliseconds: 1 } as const;

/** Before that there were no coins to have a price; a count of seconds read as milliseconds is caught by it. */
const earliest = Date.UTC(2009, 0);
const latest = Date.UTC(2200, 0);

/** A moment from a count since 1970; undefined when it cannot be one of a price. */
export const momentOf = (json: Json | undefined, unit: keyof typeof units): Date | undefined => {
  const count = typeof json === 'string' && /^\d{1,15}(\.\d+)?$/.test(json) ? Number(json) : Number.NaN;
  const milliseconds = Math.floor(count * units[unit]);
  return milliseconds >= earliest && milliseconds < latest ? new Date(milliseconds) : undefined;
};

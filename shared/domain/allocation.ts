import { compare, decimalPlaces, formatUnits, parseUnits, powerOfTen } from './decimal.ts';

/** Decimal places of a share: it is given in millionths of the whole. */
const sharePlaces = 6;

/** One part of a whole. */
export interface Part<T> {
  of: T;
  valueUsd: string;
  /** Between 0 and 1. */
  share: string;
}

/**
 * Divides 1 among values, in millionths, so that the shares add up to exactly 1: each is rounded down, and the millionths
 * that are left go, one each, to those that lost most by it, the earlier of equals first (the method of the largest
 * remainder). No share is off by a millionth or more.
 *
 * @param values plain decimals, not negative, at least one of them more than zero
 */
const sharesOf = (values: readonly string[]): string[] => {
  const places = Math.max(...values.map(decimalPlaces));
  const units = values.map((value) => parseUnits(value, places) * powerOfTen(sharePlaces));
  const whole = units.reduce((total, one) => total + one, 0n) / powerOfTen(sharePlaces);
  const floors = units.map((one) => one / whole);
  const left = powerOfTen(sharePlaces) - floors.reduce((total, one) => total + one, 0n);
  const byLoss = units
    .map((one, index) => ({ index, loss: one % whole }))
    .sort((a, b) => (a.loss === b.loss ? a.index - b.index : a.loss < b.loss ? 1 : -1));
  const raised = new Set(byLoss.slice(0, Number(left)).map(({ index }) => index));
  return floors.map((floor, index) => formatUnits(raised.has(index) ? floor + 1n : floor, sharePlaces));
};

/** Divides a whole among its parts, the largest first. What is worth nothing is no part of it. */
export const allocate = <T>(values: readonly { of: T; valueUsd: string }[]): Part<T>[] => {
  const parts = values
    .filter(({ valueUsd }) => valueUsd !== '0')
    .sort((left, right) => compare(right.valueUsd, left.valueUsd));
  if (parts.length === 0) return [];
  const shares = sharesOf(parts.map(({ valueUsd }) => valueUsd));
  return parts.map((part, index) => ({ ...part, share: shares[index] ?? '0' }));
};

/** How prices and lumps become money: 36 places, for tokens of 18 decimals at most. */
import * as W from './wide';

/** What price x quantity is multiplied by to become money, and one unit of the 18th decimal place in money. */
const productFactor = memory.data(8);
const eighteenthPlace = memory.data(8);
store<u64>(eighteenthPlace, 1_000_000_000_000_000_000);

const product = memory.data(64);
const divisor = memory.data(32);
const dividend = memory.data(64);
const quotient = memory.data(64);
const scratch = memory.data(32);

/** @param factor what price x quantity is multiplied by to become money */
export function setScale(factor: u64): void {
  store<u64>(productFactor, factor);
}

/** A price in money for each smallest unit. */
export function toUnit(to: usize, price: usize): void {
  if (load<u64>(productFactor) === 1) {
    W.widen(to, price);
    return;
  }
  W.multiply(to, price, 2, productFactor, 1);
  store<u64>(to, 0, 24);
}

/** `shareOf` of domain/lot.ts: lump x slice / quantity, half-even to 18 places, never more than the lump. */
export function shareOf(to: usize, lump: usize, part: usize, quantity: usize): void {
  if (W.isZero256(lump) || W.isEqual128(part, quantity)) {
    W.copy256(to, lump);
    return;
  }
  const isNegative = W.isNegative(lump);
  W.copy256(scratch, lump);
  if (isNegative) W.negate(scratch);
  W.multiply(dividend, scratch, 4, part, 2);
  W.multiply(divisor, quantity, 2, eighteenthPlace, 1);
  W.divideHalfEven(quotient, dividend, 6, divisor, 3);
  W.multiply(product, quotient, 3, eighteenthPlace, 1);
  if (W.isLess256(product, scratch)) W.copy256(to, product);
  else W.copy256(to, scratch);
  if (isNegative) W.negate(to);
}

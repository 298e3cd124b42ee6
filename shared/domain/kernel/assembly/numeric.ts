/** Integers as PostgreSQL's binary numeric: digits of base 10,000, the highest first. */
import * as W from './wide';

const groupsPerDigit = 4;

/** What is left to be divided, as digits of 32 bits, and the groups of four decimal digits, the lowest first. */
const rest = memory.data(32);
const groups = memory.data(2 * 24);

function groupAt(place: i32): u32 {
  return load<u16>(groups + (place << 1));
}

/** Splits what is in `rest` into groups; gives their number, without leading zeros. */
function split(): i32 {
  let digits = 8;
  let count = 0;
  for (;;) {
    while (digits > 0 && load<u32>(rest + ((digits - 1) << 2)) === 0) digits--;
    if (digits === 0) break;
    let remainder: u64 = 0;
    for (let place = digits - 1; place >= 0; place--) {
      const whole = (remainder << 32) | u64(load<u32>(rest + (place << 2)));
      const quotient = whole / 100_000_000;
      remainder = whole - quotient * 100_000_000;
      store<u32>(rest + (place << 2), u32(quotient));
    }
    store<u16>(groups + (count << 1), u16(remainder % 10_000));
    store<u16>(groups + ((count + 1) << 1), u16(remainder / 10_000));
    count += 2;
  }
  while (count > 0 && groupAt(count - 1) === 0) count--;
  return count;
}

/** Zeros at the end of four decimal digits that are not all zero. */
function trailingZeros(group: u32): i32 {
  if (group % 10 !== 0) return 0;
  if (group % 100 !== 0) return 1;
  return group % 1_000 !== 0 ? 2 : 3;
}

/**
 * Writes a count of 10^-places as a numeric with its length, keeping as many places as matter.
 *
 * @param places a multiple of four
 * @returns where it ends
 */
export function putNumeric(to: usize, value: usize, places: i32): usize {
  const isNegative = W.isNegative(value);
  W.copy256(rest, value);
  if (isNegative) W.negate(rest);
  const count = split();
  let lowest = 0;
  while (lowest < count && groupAt(lowest) === 0) lowest++;
  const shown = count - lowest;
  const scale = count === 0 ? 0 : places - lowest * groupsPerDigit - trailingZeros(groupAt(lowest));
  store<u32>(to, bswap<u32>(8 + 2 * shown));
  store<u16>(to, bswap<u16>(u16(shown)), 4);
  store<u16>(to, bswap<u16>(u16(shown === 0 ? 0 : count - 1 - places / groupsPerDigit)), 6);
  store<u16>(to, bswap<u16>(isNegative ? 0x4000 : 0), 8);
  store<u16>(to, bswap<u16>(u16(max(0, scale))), 10);
  let at = to + 12;
  for (let place = count - 1; place >= lowest; place--) {
    store<u16>(at, bswap<u16>(u16(groupAt(place))));
    at += 2;
  }
  return at;
}

/**
 * Transactions as PostgreSQL's binary format of COPY gives them (its manual, "COPY", "Binary Format"): id, time, type, raw
 * amount, price, value, fee; any number of bytes at a time.
 */
import { floorDivide } from './calendar';
import * as R from './records';
import * as W from './wide';

const headerSize: usize = 19;

let input: usize = 0;
let at: usize = 0;
let end: usize = 0;
let isBegun: bool = false;
let isUnfit: bool = false;

/** Of the last row its id, its time in microseconds since 2000, and how many of the last rows have that time. */
let lastId: i64 = 0;
let lastAt: i64 = i64.MIN_VALUE;
let ties: i32 = 0;

/** Rows since a COPY has begun. */
let rows: i32 = 0;

const quantityLimit = memory.data(16);
const wide = memory.data(32);

/** Another COPY begins. */
export function restartInput(): void {
  at = input;
  end = input;
  isBegun = false;
  rows = 0;
}

/** Where input goes, and below what quantities must stay. */
export function beginParsing(from: usize, limit: i32): void {
  input = from;
  restartInput();
  store<u64>(quantityLimit, limit < 64 ? u64(1) << limit : 0);
  store<u64>(quantityLimit, limit < 64 ? 0 : u64(1) << (limit - 64), 8);
}

/** Where the next bytes go. */
export function inputEnd(): usize {
  return end;
}

/** So many bytes have come. */
export function accept(count: i32): void {
  end += count;
}

/** Whether the next row holds what the kernel cannot. */
export function isStuck(): bool {
  return isUnfit;
}

export function rowsRead(): i32 {
  return rows;
}

export function lastRow(): f64 {
  return f64(lastId);
}

export function lastTime(): f64 {
  return f64(lastAt);
}

export function lastTies(): i32 {
  return ties;
}

function short(from: usize): i32 {
  return i16(bswap<u16>(load<u16>(from)));
}

function int(from: usize): i32 {
  return i32(bswap<u32>(load<u32>(from)));
}

function long(from: usize): i64 {
  return i64(bswap<u64>(load<u64>(from)));
}

/** 10,000 to the power of 0 to 4. */
const powers = memory.data<u64>([1, 10_000, 100_000_000, 1_000_000_000_000, 10_000_000_000_000_000]);

/**
 * Reads a numeric as a count of 10^-places, and lets further places go. Its bytes begin behind its length.
 *
 * @param places a multiple of four
 * @param most the most digits of base 10,000 that it may come to
 * @returns false when it may not be held
 */
function readNumeric(to: usize, from: usize, places: i32, most: i32): bool {
  W.clear256(to);
  const digits = short(from);
  const weight = short(from + 2);
  if (digits === 0) return short(from + 4) === 0;
  const count = weight + 1 + places / 4;
  // Negative, not a number, infinite, or too large.
  if (short(from + 4) !== 0 || count > most) return false;
  // Four digits of base 10,000 at a time.
  for (let place = 0; place < count; ) {
    const some = min(4, count - place);
    let chunk: u64 = 0;
    for (const end = place + some; place < end; place++) {
      chunk = chunk * 10_000 + (place < digits ? u64(short(from + 8 + (place << 1))) : 0);
    }
    W.multiplyAdd(to, load<u64>(powers + (some << 3)), chunk);
  }
  return true;
}

/** Divides by 100 what has two places too many. */
function dropTwoPlaces(value: usize): bool {
  let remainder: u64 = 0;
  for (let place: i32 = 28; place >= 0; place -= 4) {
    const whole = (remainder << 32) | u64(load<u32>(value + place));
    store<u32>(value + place, u32(whole / 100));
    remainder = whole % 100;
  }
  return remainder === 0;
}

function typeOf(from: usize, length: i32): i32 {
  if (length === 3) return load<u8>(from) === 0x42 ? R.buy : R.spentAsFee;
  if (length === 4) return R.sell;
  return length === 11 ? R.transferIn : R.transferOut;
}

/** Where the row that begins at `from` ends; 0 when it is not all there yet. */
function rowEnd(from: usize): usize {
  let next = from + 2;
  if (next > end) return 0;
  for (let field = short(from); field > 0; field--) {
    if (next + 4 > end) return 0;
    const length = int(next);
    next += usize(4 + max(0, length));
    if (next > end) return 0;
  }
  return next;
}

function readRow(event: usize, from: usize): bool {
  let next = from + 2;
  store<f64>(event, f64(long(next + 4)), R.eventId);
  next += 12;
  const time = long(next + 4);
  next += 12;
  const length = int(next);
  store<u8>(event, u8(typeOf(next + 4, length)), R.eventType);
  next += 4 + length;
  if (!readNumeric(wide, next + 4, 0, 9) || !W.isLess128(wide, quantityLimit)) return false;
  W.copy128(event + R.eventQuantity, wide);
  next += 4 + int(next);
  const priceLength = int(next);
  store<u8>(event, u8(priceLength >= 0), R.eventHasPrice);
  if (priceLength >= 0) {
    if (!readNumeric(wide, next + 4, 20, 8) || !dropTwoPlaces(wide)) return false;
    W.copy128(event + R.eventPrice, wide);
    next += priceLength;
  }
  next += 4;
  const valueLength = int(next);
  store<u8>(event, u8(valueLength >= 0), R.eventHasValue);
  if (valueLength >= 0) {
    if (!readNumeric(event + R.eventValue, next + 4, 36, 15)) return false;
    next += valueLength;
  }
  next += 4;
  if (int(next) < 0) W.clear256(event + R.eventFee);
  else if (!readNumeric(event + R.eventFee, next + 4, 36, 15)) return false;
  // To milliseconds since 1970, halves upwards.
  store<f64>(event, f64(floorDivide(time + 500, 1_000) + 946_684_800_000), R.eventAt);
  ties = time === lastAt ? ties + 1 : 1;
  lastAt = time;
  lastId = i64(load<f64>(event, R.eventId));
  return true;
}

/** Reads up to so many rows into records; gives their number. What is left waits for more. */
export function readRows(to: usize, most: i32): i32 {
  if (!isBegun) {
    if (at + headerSize > end) return 0;
    at += headerSize;
    isBegun = true;
  }
  let count = 0;
  while (count < most && !isUnfit) {
    // The end is marked by -1 in place of a number of fields, and nothing follows.
    if (at + 2 <= end && short(at) < 0) at = end;
    const next = rowEnd(at);
    if (next === 0) break;
    if (!readRow(to + usize(count) * R.eventSize, at)) isUnfit = true;
    else {
      at = next;
      rows++;
      count++;
    }
  }
  if (count < most) {
    memory.copy(input, at, end - at);
    end = input + (end - at);
    at = input;
  }
  return count;
}

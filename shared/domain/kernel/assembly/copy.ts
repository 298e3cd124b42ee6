/**
 * Lots and matches as rows of PostgreSQL's binary format of COPY (its manual, "COPY", "Binary Format"), in the order of the
 * columns in `adapters/db/ledger-write.ts`.
 */
import { putNumeric } from './numeric';
import * as R from './records';
import * as W from './wide';

/** The most that one row takes. */
const longestRow: usize = 640;

let at: usize = 0;
const wide = memory.data(32);

function putShort(value: i32): void {
  store<u16>(at, bswap<u16>(u16(value)));
  at += 2;
}

function putInt(value: i32): void {
  store<u32>(at, bswap<u32>(u32(value)));
  at += 4;
}

function putLong(value: i64): void {
  putInt(8);
  store<u64>(at, bswap<u64>(u64(value)));
  at += 8;
}

function putNull(): void {
  putInt(-1);
}

/** Milliseconds since 1970, as PostgreSQL's microseconds since 2000. */
function putInstant(milliseconds: i64): void {
  putLong((milliseconds - 946_684_800_000) * 1_000);
}

function putText(text: string): void {
  putInt(text.length);
  for (let place = 0; place < text.length; place++) store<u8>(at + place, u8(text.charCodeAt(place)));
  at += text.length;
}

function putFlag(value: bool): void {
  putInt(1);
  store<u8>(at, u8(value));
  at += 1;
}

function putMoney(value: usize): void {
  at = putNumeric(at, value, 36);
}

function putQuantity(value: usize): void {
  W.widen(wide, value);
  at = putNumeric(at, wide, 0);
}

const hundred = memory.data(8);
store<u64>(hundred, 100);

/** A price has 18 places: two more make a multiple of four. */
function putPrice(value: usize): void {
  W.multiply(wide, value, 2, hundred, 1);
  store<u64>(wide, 0, 24);
  at = putNumeric(at, wide, 20);
}

function nameOf(kind: i32): string {
  if (kind === R.buy) return 'BUY';
  if (kind === R.transferIn) return 'TRANSFER_IN';
  if (kind === R.sell) return 'SELL';
  return kind === R.transferOut ? 'TRANSFER_OUT' : 'FEE';
}

function putMatch(match: usize, user: i64, balance: i64, sequence: i64): void {
  const hasLot = i64(load<u32>(match, R.matchLot)) !== 0;
  putShort(15);
  putLong(user);
  putLong(balance);
  putLong(sequence);
  putLong(i64(load<f64>(match, R.matchTransaction)));
  if (hasLot) putLong(i64(load<u32>(match, R.matchLot)));
  else putNull();
  putText(nameOf(load<u8>(match, R.matchKind)));
  if (hasLot) putText('FIFO');
  else putNull();
  putQuantity(match + R.matchQuantity);
  putMoney(match + R.matchLump);
  if (load<u8>(match, R.matchHasCost) !== 0) putMoney(match + R.matchCost);
  else putNull();
  if (load<u8>(match, R.matchHasProceeds) !== 0) putMoney(match + R.matchProceeds);
  else putNull();
  if (hasLot) putInstant(load<i64>(match, R.matchAcquiredAt));
  else putNull();
  putInstant(load<i64>(match, R.matchDisposedAt));
  if (!hasLot) putNull();
  else putText(load<u8>(match, R.matchIsLong) !== 0 ? 'long' : 'short');
  putMoney(match + R.matchFee);
}

function putLot(lot: usize, user: i64, balance: i64): void {
  putShort(14);
  putLong(user);
  putLong(balance);
  putLong(load<i64>(lot, R.lotSequence));
  putLong(i64(load<f64>(lot, R.lotTransaction)));
  putText(nameOf(load<u8>(lot, R.lotKind)));
  putInstant(load<i64>(lot, R.lotAcquiredAt));
  putInstant(load<i64>(lot, R.lotAcquiredAt));
  putQuantity(lot + R.lotQuantity);
  putQuantity(lot + R.lotRemaining);
  putFlag(load<u8>(lot, R.lotBasisKnown) !== 0);
  putPrice(lot + R.lotUnitPrice);
  putMoney(lot + R.lotLump);
  putMoney(lot + R.lotRemainingLump);
  putMoney(lot + R.lotFee);
}

/** Where the last rows end. */
export function rowsEnd(): usize {
  return at;
}

/** Writes matches as rows, as many as there is room for; gives their number. The first has the number `sequence`. */
export function putMatches(
  to: usize,
  end: usize,
  from: usize,
  count: i32,
  user: f64,
  balance: f64,
  sequence: f64,
): i32 {
  at = to;
  let done = 0;
  for (; done < count && at + longestRow < end; done++) {
    putMatch(from + usize(done) * R.matchSize, i64(user), i64(balance), i64(sequence) + done);
  }
  return done;
}

/** Writes lots as rows, as many as there is room for; gives their number. */
export function putLots(to: usize, end: usize, from: usize, count: i32, user: f64, balance: f64): i32 {
  at = to;
  let done = 0;
  for (; done < count && at + longestRow < end; done++) {
    putLot(from + usize(done) * R.lotSize, i64(user), i64(balance));
  }
  return done;
}

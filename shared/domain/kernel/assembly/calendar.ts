/** Long-term holding, as `domain/holding-period.ts` has it. Milliseconds since 1970. */
const day: i64 = 86_400_000;

export function floorDivide(a: i64, b: i64): i64 {
  const quotient = a / b;
  return a % b < 0 ? quotient - 1 : quotient;
}

/** Days since 1970 of a date of the Gregorian calendar (Howard Hinnant, "chrono-compatible low-level date algorithms"). */
function daysOf(year: i64, month: i64, date: i64): i64 {
  const y = month <= 2 ? year - 1 : year;
  const era = floorDivide(y, 400);
  const inEra = y - era * 400;
  const dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + date - 1;
  return era * 146_097 + inEra * 365 + inEra / 4 - inEra / 100 + dayOfYear - 719_468;
}

function longTermFrom(acquiredAt: i64): i64 {
  const shifted = floorDivide(acquiredAt, day) + 719_468;
  const era = floorDivide(shifted, 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
  const dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
  const shiftedMonth = (5 * dayOfYear + 2) / 153;
  const date = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const year = yearOfEra + era * 400 + i64(month <= 2) + 1;
  return (daysOf(year, month, month === 2 && date === 29 ? 28 : date) + 1) * day;
}

/** Held for more than a year; the calendar is asked only around the anniversary. */
export function isLongTerm(acquiredAt: i64, disposedAt: i64): bool {
  const held = disposedAt - acquiredAt;
  if (held < 365 * day) return false;
  if (held >= 367 * day) return true;
  return disposedAt >= longTermFrom(acquiredAt);
}

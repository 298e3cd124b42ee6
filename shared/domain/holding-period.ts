const dayMs = 86_400_000;

/** How many years something must be held for longer than to be long-term. */
export const holdingYears = 1;

/**
 * The first moment at which a disposal is long-term: the day after the first anniversary of the day of acquisition,
 * in UTC. The anniversary of 29 February is 28 February. Rule of IRS Publication 544, "Long term or short term": held
 * for more than one year, counted from the day after acquisition.
 *
 * @param acquiredAt milliseconds since 1970
 * @returns milliseconds since 1970
 */
export const longTermFrom = (acquiredAt: number, years = holdingYears): number => {
  const acquired = new Date(acquiredAt);
  const year = acquired.getUTCFullYear() + years;
  const month = acquired.getUTCMonth();
  const lastOfMonth = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return Date.UTC(year, month, Math.min(acquired.getUTCDate(), lastOfMonth)) + dayMs;
};

export type Term = 'short' | 'long';

/**
 * Whether a disposal is short- or long-term; both times in milliseconds since 1970. The calendar is asked only around
 * the anniversary: a year has 365 or 366 days, and the day of acquisition does not count.
 *
 * @param years how many years something must be held for longer than
 */
export const termOf = (acquiredAt: number, disposedAt: number, years = holdingYears): Term => {
  const held = disposedAt - acquiredAt;
  if (held < years * 365 * dayMs) return 'short';
  if (held >= (years * 366 + 1) * dayMs) return 'long';
  return disposedAt >= longTermFrom(acquiredAt, years) ? 'long' : 'short';
};

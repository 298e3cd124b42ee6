/** What snapshots there are, of which instants, and how a row of history says what it is. */
import type { PriceState } from './holdings.ts';

/** A row's id is its subject's id x 8 + this: the primary key alone keeps a second delivery from writing anything. */
export const snapshotCodes = { transaction: 0, hourly: 1, daily: 2, weekly: 3, monthly: 4 } as const;

export type SnapshotType = keyof typeof snapshotCodes;

/** A snapshot that a schedule takes; rows of transactions follow the ledgers. */
export type ScheduledType = Exclude<SnapshotType, 'transaction'>;

/** What is taken together: the subjects whose id, divided by this, is the shard's number. */
export const shardSize = 100_000;

/** Bits of a row's `flags`. */
export const rowFlags = { unknownCost: 1, stale: 2, disputed: 4, manual: 8 } as const;

/** What to think of a price, by the flags that it came with. */
export const priceStateOf = (priceUsd: string | null, flags: number): PriceState => {
  if (priceUsd === null) return 'none';
  if (flags & rowFlags.manual) return 'manual';
  if (flags & rowFlags.disputed) return 'disputed';
  return flags & rowFlags.stale ? 'stale' : 'current';
};

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** 1970 began on a Thursday; weeks begin on Sundays. */
const firstSundayMs = 3 * dayMs;

const floor = (at: number, step: number, from = 0): number => Math.floor((at - from) / step) * step + from;

const starts: Record<ScheduledType, (at: number) => number> = {
  hourly: (at) => floor(at, hourMs),
  daily: (at) => floor(at, dayMs),
  weekly: (at) => floor(at, 7 * dayMs, firstSundayMs),
  monthly: (at) => {
    const date = new Date(at);
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
  },
};

/**
 * The instant that a snapshot is of, however long after it the schedule is due or delivered: the start of the hour, day,
 * week (Sunday) or month in UTC.
 */
export const instantOf = (type: ScheduledType, at: Date): Date => new Date(starts[type](at.getTime()));

/** The end of the day that an hour counts to; midnight is the end of the day before. */
export const dayOf = (hour: Date): Date => instantOf('daily', new Date(+hour + dayMs - 1));

/** The instants of a type from the one at or before `from` up to `to`, the earliest first. */
export const instantsBetween = (type: ScheduledType, from: Date, to: Date): Date[] => {
  const instants: Date[] = [];
  for (let at = instantOf(type, to); at >= instantOf(type, from); at = instantOf(type, new Date(+at - 1)))
    instants.push(at);
  return instants.reverse();
};

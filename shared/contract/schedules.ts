import * as z from 'zod';
import { InstantInput } from './fields.ts';
import type { Role } from './roles.ts';

/** Snapshots that schedules take. */
export const scheduledTypes = ['hourly', 'daily', 'weekly', 'monthly'] as const;

/** A job that runs at fixed times in UTC: `functions/schedules/<id>.ts`. */
export interface Schedule {
  readonly id: string;
  readonly summary: string;
  /** What the job may touch; `worker` where nothing is said. */
  readonly role?: Role;
  /** EventBridge's fields; what is absent is `*`. */
  readonly cron: {
    minute: string;
    hour?: string;
    day?: string;
    month?: string;
    weekDay?: string;
  };
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
}

/** What a schedule delivers. Jobs are keyed on the scheduled time, never on the time they happen to run. */
export const ScheduledEvent = z.strictObject({ scheduled_time: InstantInput });

/** Snapshots are due after what they are of, so that prices and transactions of the moment have come. */
const snapshot = { timeoutSeconds: 300, memoryMegabytes: 512 };

export const hourlySnapshot = {
  id: 'hourly-snapshot',
  summary: 'Write the hourly history of every balance',
  cron: { minute: '5' },
  ...snapshot,
} as const satisfies Schedule;

export const dailySnapshot = {
  id: 'daily-snapshot',
  summary: 'Write the daily history of every balance',
  cron: { minute: '15', hour: '0' },
  ...snapshot,
} as const satisfies Schedule;

export const weeklySnapshot = {
  id: 'weekly-snapshot',
  summary: 'Write the weekly history of every balance',
  cron: { minute: '0', hour: '1', weekDay: '1' },
  ...snapshot,
} as const satisfies Schedule;

export const monthlySnapshot = {
  id: 'monthly-snapshot',
  summary: 'Write the monthly history of every balance',
  cron: { minute: '0', hour: '2', day: '1' },
  ...snapshot,
} as const satisfies Schedule;

export const recomputeHistory = {
  id: 'recompute-history',
  summary: 'Write the history of balances anew whose ledgers have changed in the past',
  cron: { minute: '*' },
  timeoutSeconds: 55,
  memoryMegabytes: 512,
} as const satisfies Schedule;

export const trimHistory = {
  id: 'trim-history',
  summary: 'Forget history and prices that are older than they are kept',
  cron: { minute: '47', hour: '3' },
  timeoutSeconds: 900,
  memoryMegabytes: 512,
} as const satisfies Schedule;

export const sweepOutbox = {
  id: 'sweep-outbox',
  summary: 'Send the messages that a crash between commit and send left behind',
  cron: { minute: '*' },
  timeoutSeconds: 50,
  memoryMegabytes: 512,
} as const satisfies Schedule;

export const purge = {
  id: 'purge',
  summary: 'Forget what has expired, and what is left of accounts and wallets that were deleted',
  cron: { minute: '17', hour: '3' },
  timeoutSeconds: 900,
  memoryMegabytes: 512,
} as const satisfies Schedule;

/** Leaves a minute to the next run, whatever sources do. */
export const refreshPrices = {
  id: 'refresh-prices',
  summary: 'Ask what every token that somebody holds is worth',
  role: 'pricing',
  cron: { minute: '0/5' },
  timeoutSeconds: 240,
  memoryMegabytes: 512,
} as const satisfies Schedule;

export const retryPrices = {
  id: 'retry-prices',
  summary: 'Announce again what transactions wait for a price, for sources may have been silent',
  cron: { minute: '40' },
  timeoutSeconds: 120,
  memoryMegabytes: 512,
} as const satisfies Schedule;

export const schedules: readonly Schedule[] = [
  hourlySnapshot,
  dailySnapshot,
  weeklySnapshot,
  monthlySnapshot,
  recomputeHistory,
  trimHistory,
  refreshPrices,
  retryPrices,
  sweepOutbox,
  purge,
];

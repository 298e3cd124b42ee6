import * as z from 'zod';
import { InstantInput } from './fields.ts';
import type { Role } from './roles.ts';

export const snapshotTypes = ['transaction', 'hourly', 'daily', 'weekly', 'monthly'] as const;

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

export const hourlySnapshot = {
  id: 'hourly-snapshot',
  summary: 'Write the hourly history of every balance',
  cron: { minute: '5' },
  timeoutSeconds: 300,
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
  summary: 'Forget what has expired, and what is left of accounts deleted long ago',
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

export const schedules: readonly Schedule[] = [hourlySnapshot, refreshPrices, sweepOutbox, purge];

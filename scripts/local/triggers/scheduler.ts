// EventBridge Scheduler in small: delivers each schedule's instant to its function, in UTC.
import { setTimeout as sleep } from 'node:timers/promises';
import { Cron } from 'croner';
import type { Schedule } from '#shared/contract/schedules.ts';
import type { Log } from '../servers/processes.ts';

/** Between the first attempt and the two retries. */
const retrySeconds = [10, 30];
const stopSeconds = 10;
/** Timers reach no further than 24 days, and a laptop that slept should notice soon. */
const longestWaitMilliseconds = 30_000;

export interface SchedulerOptions {
  schedules: readonly Schedule[];
  invoke: (functionId: string, event: unknown) => Promise<unknown>;
  log: Log;
  now?: () => Date;
}

export interface Scheduler {
  /** Waits for deliveries under way, but not for long. */
  stop: () => Promise<void>;
}

/** EventBridge counts weekdays from 1, Sunday, and knows `0/15`; absent fields match everything. */
export function cronOf({ cron }: Pick<Schedule, 'cron'>): Cron {
  const { minute, hour = '*', day = '*', month = '*', weekDay = '*' } = cron;
  return new Cron(`${minute} ${hour} ${day} ${month} ${weekDay}`, {
    timezone: 'UTC',
    mode: '5-part',
    alternativeWeekdays: true,
    sloppyRanges: true,
  });
}

/** The instant a schedule was last due, at or before `now`. */
export function latestScheduledTime(schedule: Pick<Schedule, 'cron'>, now: Date): Date | undefined {
  // croner looks strictly before its reference, in whole seconds.
  const reference = new Date((Math.floor(now.getTime() / 1000) + 1) * 1000);
  return cronOf(schedule).previousRuns(1, reference)[0];
}

export const scheduledEvent = (at: Date) => ({
  scheduled_time: at.toISOString(),
});

interface Run {
  options: SchedulerOptions;
  timers: Set<NodeJS.Timeout>;
  deliveries: Set<Promise<void>>;
}

function after(run: Run, milliseconds: number, work: () => void): void {
  const timer = setTimeout(() => {
    run.timers.delete(timer);
    work();
  }, milliseconds);
  run.timers.add(timer);
}

async function attempt(run: Run, id: string, at: Date, attempts: number): Promise<void> {
  const { invoke, log } = run.options;
  try {
    await invoke(`schedules/${id}`, scheduledEvent(at));
  } catch (error) {
    const wait = retrySeconds[attempts];
    const next = wait ? `again in ${wait} s` : 'given up';
    log(`schedules/${id} failed for ${at.toISOString()}, ${next}: ${error}`);
    if (wait) after(run, wait * 1000, () => deliver(run, id, at, attempts + 1));
  }
}

function deliver(run: Run, id: string, at: Date, attempts = 0): void {
  const delivery: Promise<void> = attempt(run, id, at, attempts).finally(() =>
    run.deliveries.delete(delivery),
  );
  run.deliveries.add(delivery);
}

function waitUntil(run: Run, id: string, cron: Cron, due: Date): void {
  const { now = () => new Date() } = run.options;
  const left = due.getTime() - now().getTime();
  if (left > 0) {
    after(run, Math.min(left, longestWaitMilliseconds), () => waitUntil(run, id, cron, due));
    return;
  }
  deliver(run, id, due);
  waitForNext(run, id, cron);
}

/** What fell due while the machine slept is delivered once, not once per missed time. */
function waitForNext(run: Run, id: string, cron: Cron): void {
  const { now = () => new Date() } = run.options;
  const due = cron.nextRun(now());
  if (due) waitUntil(run, id, cron, due);
}

export function startScheduler(options: SchedulerOptions): Scheduler {
  const run: Run = { options, timers: new Set(), deliveries: new Set() };
  for (const schedule of options.schedules) waitForNext(run, schedule.id, cronOf(schedule));
  const clear = () => {
    for (const timer of run.timers) clearTimeout(timer);
    run.timers.clear();
  };
  const stop = async () => {
    clear();
    await Promise.race([Promise.all(run.deliveries), sleep(stopSeconds * 1000, undefined, { ref: false })]);
    // A delivery that failed in the meantime has set its retry.
    clear();
  };
  return { stop };
}

import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { type Schedule, schedules } from '#shared/contract/schedules.ts';
import { cronOf, latestScheduledTime, startScheduler } from '../../scripts/local/triggers/scheduler.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2024-02-28T22:58:30.500Z') });
});
afterEach(() => {
  vi.useRealTimers();
});

const schedule = (cron: Schedule['cron'], id = 'job'): Schedule => ({
  id,
  summary: id,
  cron,
  timeoutSeconds: 10,
  memoryMegabytes: 128,
});

/** Runs schedules for a while and answers what was delivered, and when. */
function deliveries(schedules: Schedule[], work: () => Promise<unknown> = async () => undefined) {
  const delivered: [string, unknown, string][] = [];
  const log: string[] = [];
  const scheduler = startScheduler({
    schedules,
    invoke: async (id, event) => {
      delivered.push([id, event, new Date().toISOString()]);
      return work();
    },
    log: (line) => log.push(line),
  });
  onTestFinished(scheduler.stop);
  return { delivered, log, scheduler };
}

test('delivers the scheduled instant, on time', async () => {
  const { delivered } = deliveries([schedule({ minute: '5' })]);
  await vi.advanceTimersByTimeAsync(2 * 3600_000);
  expect(delivered).toEqual([
    ['schedules/job', { scheduled_time: '2024-02-28T23:05:00.000Z' }, '2024-02-28T23:05:00.000Z'],
    ['schedules/job', { scheduled_time: '2024-02-29T00:05:00.000Z' }, '2024-02-29T00:05:00.000Z'],
  ]);
});

test('runs several schedules side by side', async () => {
  const { delivered } = deliveries([schedule({ minute: '*' }, 'often'), schedule({ minute: '0' }, 'hourly')]);
  await vi.advanceTimersByTimeAsync(120_000);
  expect(delivered.map(([id, , at]) => [id, at]).sort()).toEqual([
    ['schedules/hourly', '2024-02-28T23:00:00.000Z'],
    ['schedules/often', '2024-02-28T22:59:00.000Z'],
    ['schedules/often', '2024-02-28T23:00:00.000Z'],
  ]);
});

test('delivers once what fell due while the machine slept', async () => {
  const { delivered } = deliveries([schedule({ minute: '*' })]);
  vi.setSystemTime(new Date('2024-02-29T04:00:30Z'));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(delivered.map(([, event]) => event)).toEqual([
    { scheduled_time: '2024-02-28T22:59:00.000Z' },
    { scheduled_time: '2024-02-29T04:01:00.000Z' },
  ]);
});

test('tries twice more when the function fails, for the same instant', async () => {
  const { delivered, log } = deliveries([schedule({ minute: '59' })], () => Promise.reject(new Error('no')));
  await vi.advanceTimersByTimeAsync(600_000);
  expect(delivered.map(([, event]) => event)).toEqual(
    Array(3).fill({ scheduled_time: '2024-02-28T22:59:00.000Z' }),
  );
  expect(log.at(-1)).toContain('given up');
});

test('stops, also between two tries', async () => {
  const { delivered, scheduler } = deliveries([schedule({ minute: '*' })], () =>
    Promise.reject(new Error('no')),
  );
  await vi.advanceTimersByTimeAsync(31_000);
  await scheduler.stop();
  await vi.advanceTimersByTimeAsync(600_000);
  expect(delivered).toHaveLength(1);
  expect(vi.getTimerCount()).toBe(0);
});

test.each([
  [{ minute: '5' }, '2024-02-28T23:05:00.000Z'],
  [{ minute: '0/15' }, '2024-02-28T23:00:00.000Z'],
  [{ minute: '5', hour: '0' }, '2024-02-29T00:05:00.000Z'],
  [{ minute: '10', hour: '0', weekDay: 'MON' }, '2024-03-04T00:10:00.000Z'],
  [{ minute: '10', hour: '0', weekDay: '2' }, '2024-03-04T00:10:00.000Z'],
  [{ minute: '10', hour: '0', weekDay: '1' }, '2024-03-03T00:10:00.000Z'],
  [{ minute: '15', hour: '0', day: '1' }, '2024-03-01T00:15:00.000Z'],
  [{ minute: '0', hour: '0', day: 'L' }, '2024-02-29T00:00:00.000Z'],
  [{ minute: '0', hour: '0', day: '1', month: '1' }, '2025-01-01T00:00:00.000Z'],
])('reads %j as EventBridge does', (cron, next) => {
  expect(cronOf({ cron }).nextRun(new Date())?.toISOString()).toBe(next);
});

/** What the synthesised expressions say (`test/infra/synth.test.ts`), from a Wednesday on. */
const snapshots: [string, string[]][] = [
  ['hourly-snapshot', ['2024-02-28T23:05:00.000Z', '2024-02-29T00:05:00.000Z']],
  ['daily-snapshot', ['2024-02-29T00:15:00.000Z', '2024-03-01T00:15:00.000Z']],
  ['weekly-snapshot', ['2024-03-03T01:00:00.000Z', '2024-03-10T01:00:00.000Z']],
  ['monthly-snapshot', ['2024-03-01T02:00:00.000Z', '2024-04-01T02:00:00.000Z']],
];

test.each(snapshots)(
  '%s is due when EventBridge would deliver it, wherever the machine is',
  async (id, due) => {
    vi.stubEnv('TZ', 'America/New_York');
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    const { delivered } = deliveries(schedules.filter((one) => one.id === id));
    for (const instant of due) {
      vi.setSystemTime(new Date(Date.parse(instant) - 1000));
      await vi.advanceTimersByTimeAsync(60_000);
    }
    expect(delivered.map(([, event]) => event)).toEqual(due.map((instant) => ({ scheduled_time: instant })));
  },
);

test.each([
  ['2024-02-28T23:04:59.999Z', '2024-02-28T22:05:00.000Z'],
  ['2024-02-28T23:05:00.000Z', '2024-02-28T23:05:00.000Z'],
  ['2024-02-28T23:05:00.001Z', '2024-02-28T23:05:00.000Z'],
])('at %s was last due at %s', (now, due) => {
  expect(latestScheduledTime({ cron: { minute: '5' } }, new Date(now))?.toISOString()).toBe(due);
});

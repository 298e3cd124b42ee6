/** The wrapper of scheduled functions. */
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Db } from '#shared/adapters/db/client.ts';
import { hourlySnapshot } from '#shared/contract/schedules.ts';
import { schedule } from '#shared/lambda/schedule.ts';
import { openDatabase } from '../support/database.ts';
import { captureLog } from '../support/wrapped.ts';

const { db } = openDatabase();

const surroundings = vi.hoisted(() => ({ db: undefined as unknown }));

vi.mock('#shared/adapters/db/client.ts', async (original) => ({
  ...(await original<object>()),
  db: () => Promise.resolve(surroundings.db),
}));

beforeEach(() => {
  surroundings.db = db;
});

const job = (work: (call: { at: Date; db: Db }) => Promise<Record<string, unknown>> = async () => ({})) =>
  schedule(hourlySnapshot, work);

describe('the scheduled time', () => {
  test.each([
    ['2024-05-01T13:05:00Z', '2024-05-01T13:05:00.000Z'],
    ['2024-05-01T15:05:00+02:00', '2024-05-01T13:05:00.000Z'],
    ['1999-12-31T23:59:59.999Z', '1999-12-31T23:59:59.999Z'],
  ])('is what the job gets, whenever it is delivered: %s', async (scheduled_time, at) => {
    const log = captureLog();
    const result = await job(async (call) => ({ for: call.at.toISOString() }))({ scheduled_time });
    expect(result).toEqual({ for: at });
    expect(log.lines()).toEqual([
      expect.objectContaining({ level: 'info', schedule: 'hourly-snapshot', at, for: at }),
    ]);
  });

  test.each([
    [{}],
    [null],
    [{ scheduled_time: 'now' }],
    [{ scheduled_time: '2024-05-01' }],
    [{ scheduled_time: '2024-05-01T13:05:00' }],
    [{ scheduled_time: '2024-05-01T13:05:00Z', at: 'x' }],
  ])('must be there: %o', async (event) => {
    const work = vi.fn();
    await expect(job(work)(event)).rejects.toThrow();
    expect(work).not.toHaveBeenCalled();
  });
});

describe('a job that fails', () => {
  test('fails for its scheduler to repeat, and tells neither it nor the log the message', async () => {
    const log = captureLog();
    const running = job(async (call) => {
      await call.db.execute(sql`SELECT ${'hunter2'}::text::integer`);
      return {};
    })({ scheduled_time: '2024-05-01T13:05:00Z' });
    await expect(running).rejects.toThrow(/^schedule hourly-snapshot failed$/);
    expect(log.lines()).toEqual([
      expect.objectContaining({ level: 'error', schedule: 'hourly-snapshot', code: '22P02' }),
    ]);
    expect(log.text()).not.toContain('hunter2');
    expect(await running.catch((error: Error) => [error.cause, error.stack?.includes('hunter2')])).toEqual([
      undefined,
      false,
    ]);
  });

  test.each([
    [2, true],
    [3, false],
  ])('in favour of another transaction is run again: %i failures', async (failures, succeeds) => {
    captureLog();
    const work = vi.fn(async (call: { db: Db }) => {
      if (work.mock.calls.length <= failures) {
        await call.db.execute(sql`DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '40P01'; END $$`);
      }
      return { done: true };
    });
    const running = job(work)({ scheduled_time: '2024-05-01T13:05:00Z' });
    if (succeeds) expect(await running).toEqual({ done: true });
    else await expect(running).rejects.toThrow('schedule hourly-snapshot failed');
    expect(work).toHaveBeenCalledTimes(3);
  });
});

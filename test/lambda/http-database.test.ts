/** The wrapper of HTTP functions when the database ends transactions, connections, or is not there. */
import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { createDb, createPool, type Db } from '#shared/adapters/db/client.ts';
import { http } from '#shared/lambda/http.ts';
import { openDatabase, type Row } from '../support/database.ts';
import { bare, call, failing, get, isLeft, leave, post } from '../support/fake-endpoint.ts';
import { captureLog, coded } from '../support/wrapped.ts';

const { pool, db, rows } = openDatabase();

const surroundings = vi.hoisted(() => ({ db: undefined as unknown }));

vi.mock('#shared/adapters/db/client.ts', async (original) => ({
  ...(await original<object>()),
  db: () => Promise.resolve(surroundings.db),
}));

vi.mock('#shared/adapters/rate-limit.ts', () => ({
  draw: () => Promise.resolve({ allowed: true, limit: 10, remaining: 9, resetSeconds: 6 }),
}));

beforeEach(() => {
  surroundings.db = db;
});

describe('a transaction that the database ended in favour of another', () => {
  const inTheWay = {
    status: 503,
    body: {
      ...bare,
      type: 'ServiceUnavailable',
      message: 'Other changes are in the way: try again in a few seconds',
    },
    headers: { 'retry-after': '5' },
  };

  const afterFailures = (failures: number, code: string, name: string) => {
    const handle = vi.fn(async (given: { db: Db }) => {
      await leave(given.db, name);
      if (handle.mock.calls.length <= failures) {
        await given.db.execute(
          sql.raw(`DO $$ BEGIN RAISE EXCEPTION 'hunter2' USING ERRCODE = '${code}'; END $$`),
        );
      }
      return { made: name };
    });
    return handle;
  };

  test.each(['40001', '40P01'])('is run again, up to three times: %s', async (code) => {
    captureLog();
    const name = randomUUID();
    const handle = afterFailures(2, code, name);
    expect(await call(http(post, handle))).toMatchObject({ status: 201, body: { made: name } });
    expect(handle).toHaveBeenCalledTimes(3);
    expect(await rows('SELECT FROM exchanges WHERE short_name = $1', [name])).toHaveLength(1);
  });

  test('is given up after the third time, to be tried again later', async () => {
    const log = captureLog();
    const name = randomUUID();
    const handle = afterFailures(3, '40001', name);
    expect(await call(http(post, handle))).toMatchObject(inTheWay);
    expect(handle).toHaveBeenCalledTimes(3);
    expect(await isLeft(rows, name)).toBe(false);
    expect(log.text()).not.toContain('hunter2');
  });

  test.each(['55P03', '57014'])('may have waited too long for others: %s is not repeated', async (code) => {
    captureLog();
    const name = randomUUID();
    const handle = afterFailures(1, code, name);
    expect(await call(http(post, handle))).toMatchObject(inTheWay);
    expect(handle).toHaveBeenCalledOnce();
    expect(await isLeft(rows, name)).toBe(false);
  });

  test('is not mistaken for other failures, which are not repeated', async () => {
    captureLog();
    const handle = afterFailures(3, '23505', randomUUID());
    expect((await call(http(post, handle))).status).toBe(500);
    expect(handle).toHaveBeenCalledTimes(1);
  });
});

describe('a database that is down', () => {
  const unavailable = {
    status: 503,
    body: {
      ...bare,
      type: 'ServiceUnavailable',
      message: 'The database does not answer: try again in a few seconds',
    },
    headers: { 'retry-after': '5' },
  };

  test('is a 503 that says when to come back', async () => {
    captureLog();
    surroundings.db = createDb(createPool('postgres://nobody@127.0.0.1:1/none'));
    const handle = vi.fn();
    expect(await call(http(post, handle))).toMatchObject(unavailable);
    expect(handle).not.toHaveBeenCalled();
    const reading = http(get, async (given) => {
      await given.db.execute(sql`SELECT 1`);
      return { made: 'never' };
    });
    expect(await call(reading)).toMatchObject(unavailable);
  });

  test('that ends the connection on the way is one too, and undoes what was begun', async () => {
    captureLog();
    const name = randomUUID();
    const handler = http(post, async (given) => {
      await leave(given.db, name);
      const { rows } = await given.db.execute(sql`SELECT pg_backend_pid() AS pid`);
      await pool.query('SELECT pg_terminate_backend($1)', [(rows[0] as Row).pid]);
      await given.db.execute(sql`SELECT 1`);
      return { made: 'never' };
    });
    expect(await call(handler)).toMatchObject(unavailable);
    expect(await isLeft(rows, name)).toBe(false);
  });

  test.each(['ECONNREFUSED', 'ETIMEDOUT', '57P01', '53300', '08006'])('says %s', async (code) => {
    captureLog();
    expect(await call(failing(coded(code)))).toMatchObject(unavailable);
  });
});

/** S11: a function answers before it is ended, and what was late is undone. */
import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { beforeAll, expect, inject, test, vi } from 'vitest';
import { http } from '#shared/lambda/http.ts';
import { openDatabase } from '../support/database.ts';
import { call, get, isLeft, leave, post } from '../support/fake-endpoint.ts';
import { captureLog } from '../support/wrapped.ts';

const { rows } = openDatabase();

vi.mock('#shared/adapters/rate-limit.ts', () => ({
  draw: () => Promise.resolve({ allowed: true, limit: 10, remaining: 9, resetSeconds: 6 }),
}));

// The environment's own connection, as a function has it: it is what must be cut.
beforeAll(() => {
  vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', inject('platform').secretsManagerEndpoint);
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'local-api');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
  vi.stubEnv('DATABASE_SECRET_ID', 'bagtracker/database');
});

const within = (milliseconds: number) => {
  const end = Date.now() + milliseconds;
  return { getRemainingTimeInMillis: () => end - Date.now() };
};

test('work that is late gets a 503, and its effect is undone', async () => {
  const log = captureLog();
  const name = randomUUID();
  const handler = http(post, async ({ db }) => {
    await leave(db, name);
    await db.execute(sql`SELECT pg_sleep(3)`);
    return { made: name };
  });
  const started = performance.now();
  const answer = await call(handler, {}, within(1_500));
  expect(performance.now() - started).toBeLessThan(1_500);
  expect(answer).toMatchObject({
    status: 503,
    body: { type: 'ServiceUnavailable', message: expect.stringContaining('ask for less') },
    headers: { 'retry-after': '5' },
  });
  expect(log.lines().filter(({ message }) => message === 'request')).toMatchObject([{ status: 503 }]);
  // Past the end of the statement: what was not committed by then never will be.
  await vi.waitFor(async () => {
    const working =
      await rows(`SELECT FROM pg_stat_activity WHERE query LIKE '%pg_sleep(3)%' AND state = 'active'
      AND pid <> pg_backend_pid()`);
    expect(working).toEqual([]);
  }, 10_000);
  expect(await isLeft(rows, name)).toBe(false);
});

test('the next request finds a connection again', async () => {
  captureLog();
  const late = http(get, async ({ db }) => {
    await db.execute(sql`SELECT pg_sleep(2)`);
    return { made: 'late' };
  });
  expect((await call(late, {}, within(900))).status).toBe(503);
  const handler = http(get, async ({ db }) => {
    const { rows: found } = await db.execute<{ made: string }>(sql`SELECT 'here' AS made`);
    return found[0] ?? { made: '' };
  });
  expect(await call(handler, {}, within(5_000))).toMatchObject({ status: 201, body: { made: 'here' } });
});

test('work in time is not disturbed', async () => {
  captureLog();
  const handler = http(post, async () => ({ made: 'x' }));
  expect((await call(handler, {}, within(10_000))).status).toBe(201);
});

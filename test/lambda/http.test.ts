/** The wrapper of HTTP functions around handlers that misbehave as no real one does. */
import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { AppError, badRequest } from '#shared/errors.ts';
import { http } from '#shared/lambda/http.ts';
import { answerWith } from '#shared/lambda/reply.ts';
import { insert, insertUser, openDatabase, type Row } from '../support/database.ts';
import { bare, call, failing, get, isLeft, leave, post, signedIn } from '../support/fake-endpoint.ts';
import { captureLog } from '../support/wrapped.ts';

const { pool, db, rows } = openDatabase();

const surroundings = vi.hoisted(() => ({ db: undefined as unknown, bearer: {} }));

vi.mock('#shared/adapters/db/client.ts', async (original) => ({
  ...(await original<object>()),
  db: () => Promise.resolve(surroundings.db),
}));

vi.mock('#shared/adapters/tokens/verify.ts', () => ({
  verifyAccessToken: () => Promise.resolve(surroundings.bearer),
}));

vi.mock('#shared/adapters/rate-limit.ts', () => ({
  draw: () => Promise.resolve({ allowed: true, limit: 10, remaining: 9, resetSeconds: 6 }),
}));

beforeEach(() => {
  surroundings.db = db;
});

describe('an answer of our own that does not fit', () => {
  test('is a bare 500, is logged by field without its values, and undoes its effect', async () => {
    const log = captureLog();
    const name = randomUUID();
    const handler = http(post, async (given) => {
      await leave(given.db, name);
      return { made: 12345 } as unknown as { made: string };
    });
    const { status, body } = await call(handler);
    expect([status, body]).toEqual([500, bare]);
    expect(log.lines()).toContainEqual(
      expect.objectContaining({ level: 'error', endpoint: 'things/make', fields: ['made'] }),
    );
    expect(log.text()).not.toContain('12345');
    expect(await isLeft(rows, name)).toBe(false);
  });

  test('is one too many fields as well, and a 200 of a GET no less', async () => {
    captureLog();
    const excess = { made: 'x', password_hash: 'y' } as { made: string };
    expect(await call(http(post, async () => excess))).toMatchObject({ status: 500, body: bare });
    expect(await call(http(get, async () => excess))).toMatchObject({ status: 500, body: bare });
  });
});

describe('an error that nobody foresaw', () => {
  test('is a bare 500, and neither answer nor log repeats its message', async () => {
    const log = captureLog();
    const { status, body, headers } = await call(failing(new Error('the secret is hunter2')));
    expect([status, body]).toEqual([500, bare]);
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-request-id': 'request-1' });
    expect(log.text()).not.toContain('hunter2');
    expect(log.lines()).toContainEqual(
      expect.objectContaining({ level: 'error', status: 500, request_id: 'request-1', error: 'Error' }),
    );
  });

  test.each([['a text'], [undefined], [null], [{ statusCode: 400, message: 'not an error' }]])(
    'may be thrown as %o',
    async (thrown) => {
      captureLog();
      expect(await call(failing(thrown))).toMatchObject({ status: 500, body: bare });
    },
  );

  test.each([
    ['a value', 'hunter2'],
    ['a value of many lines', 'first\n    at hunter2 (file.ts:1:1)\n    at hunter2'],
  ])('of the database is logged by code and place, never with %s of the statement', async (_, value) => {
    const log = captureLog();
    const handler = http(post, async (given) => {
      await given.db.execute(sql`SELECT ${value}::text::integer`);
      return { made: 'never' };
    });
    expect(await call(handler)).toMatchObject({ status: 500, body: bare });
    const failed = log.lines().find(({ message }) => message === 'request');
    expect(failed).toMatchObject({ code: '22P02' });
    expect(failed?.at.join('\n')).toMatch(/http\.test\.ts/);
    expect(log.text()).not.toMatch(/hunter2|SELECT/);
  });

  test('of a constraint names the constraint', async () => {
    const log = captureLog();
    const handler = http(post, async (given) => {
      await given.db.execute(sql`INSERT INTO users (username, email) VALUES ('No Name', 'hunter2')`);
      return { made: 'never' };
    });
    expect((await call(handler)).status).toBe(500);
    expect(log.lines()[0]).toMatchObject({ code: '23514', constraint: 'users_username_check' });
    expect(log.text()).not.toContain('hunter2');
  });
});

describe('a failure of ours to show', () => {
  test('goes out with its details, undoes its effect and is no error in the log', async () => {
    const log = captureLog();
    const name = randomUUID();
    const handler = http(post, async (given) => {
      await leave(given.db, name);
      throw badRequest('amount: expected more', [{ field: 'amount', message: 'expected more' }]);
    });
    expect(await call(handler)).toMatchObject({
      status: 400,
      body: {
        type: 'BadRequestException',
        message: 'amount: expected more',
        details: [{ field: 'amount', message: 'expected more' }],
        request_id: 'request-1',
      },
    });
    expect(await isLeft(rows, name)).toBe(false);
    expect(log.lines().map(({ level }) => level)).toEqual(['info']);
  });

  test('tells who must authenticate how', async () => {
    captureLog();
    const { headers } = await call(failing(new AppError('AuthenticationError', 'no')));
    expect(headers['www-authenticate']).toBe('Bearer');
  });

  test.each([
    ['{"name": ', {}, 400, 'The body is not valid JSON'],
    ['{}', { 'content-type': 'text/plain' }, 400, /Content-Type: application\/json/],
    ['{"nam": 1}', {}, 400, 'nam: is not a field of this request'],
    [`{"name": "${'ü'.repeat(140_000)}"}`, {}, 413, /larger than 262144 bytes/],
  ])('is a body like %.12s', async (body, headers, status, message) => {
    captureLog();
    const handle = vi.fn();
    const answered = await call(http(post, handle), { body, headers });
    expect(answered.status).toBe(status);
    expect(answered.body.message).toMatch(message);
    expect(handle).not.toHaveBeenCalled();
  });
});

test('messages that cannot be sent do not spoil the answer: the sweeper sends them', async () => {
  const log = captureLog();
  const user = await insertUser(pool);
  const handler = http(post, async (given) => {
    const { rows } = await given.db.execute(sql`
      INSERT INTO outbox (user_id, message, group_id, body)
      VALUES (${user.id}, 'no-such-queue', 'x', '{}') RETURNING uuid`);
    given.announced.push(String((rows[0] as Row).uuid));
    return { made: 'x' };
  });
  expect((await call(handler)).status).toBe(201);
  expect(log.lines()).toContainEqual(
    expect.objectContaining({ level: 'warn', message: 'messages left to the sweeper' }),
  );
  const left = await rows('DELETE FROM outbox WHERE user_id = $1 RETURNING sent_at', [user.id]);
  expect(left).toEqual([{ sent_at: null }]);
});

describe('an Idempotency-Key', () => {
  const use = (handle: () => Promise<unknown>, body = '{}', key = 'key') => {
    // biome-ignore lint/suspicious/noExplicitAny: handlers that answer what they must not
    const handler = http(signedIn, handle as any);
    return call(handler, { body, headers: { 'idempotency-key': key } });
  };

  beforeEach(async () => {
    const user = await insertUser(pool);
    const session = await insert(pool, 'sessions', { user_id: user.id, expires_at: '2100-01-01' });
    surroundings.bearer = { userUuid: user.uuid, sessionUuid: session.uuid };
  });

  test('serves once and replays status and body', async () => {
    captureLog();
    const handle = vi.fn(async () => answerWith(202, { made: randomUUID() }));
    const first = await use(handle);
    expect(first.status).toBe(202);
    expect(await use(handle)).toMatchObject({ status: 202, body: first.body });
    expect(handle).toHaveBeenCalledOnce();
  });

  test('of another request is refused', async () => {
    captureLog();
    const handle = vi.fn(async () => ({ made: 'x' }));
    await use(handle, '{"name":"a"}');
    expect(await use(handle, '{"name":"b"}')).toMatchObject({
      status: 422,
      body: { type: 'UnprocessableError' },
    });
    expect((await use(handle, ' { "name" : "a" } ')).status).toBe(201);
    expect(handle).toHaveBeenCalledOnce();
  });

  test('of a failure is free again', async () => {
    captureLog();
    const handle = vi.fn(async () => ({ made: 'x' }) as unknown);
    handle.mockRejectedValueOnce(badRequest('no')).mockResolvedValueOnce({ made: 1 });
    expect((await use(handle)).status).toBe(400);
    expect((await use(handle)).status).toBe(500);
    expect((await use(handle)).status).toBe(201);
    expect(handle).toHaveBeenCalledTimes(3);
  });

  test('sent many times at once has one effect', async () => {
    captureLog();
    const handle = vi.fn(async () => ({ made: randomUUID() }));
    const answers = await Promise.all(Array.from({ length: 8 }, () => use(handle)));
    expect(handle).toHaveBeenCalledOnce();
    expect(new Set(answers.map(({ body }) => body.made)).size).toBe(1);
  });
});

/** R14: what the database ends in favour of other work; and two clients that write to one wallet at once. */
import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { lockLedgers } from '#shared/adapters/db/ledger-units.ts';
import { withRetries } from '#shared/lambda/database-errors.ts';
import {
  type Answer,
  balancesOf,
  type Json,
  newUser,
  newWallet,
  request,
  type TestUser,
} from '../support/api.ts';
import { openDatabase } from '../support/database.ts';
import { ownPlatform } from '../support/own-platform.ts';
import { usePlatform } from '../support/the-platform.ts';
import { coded } from '../support/wrapped.ts';

// Of its own: its tables fail for whoever writes.
const platform = await ownPlatform({ RATE_LIMIT_FACTOR: '1000000' });
usePlatform(platform);
const { pool, db, rows } = openDatabase(platform.databaseUrl);
// A session looks for a deadlock once, when it has waited for so long: the functions' give a busy machine time to make one.
await pool.query(`DO $$ BEGIN
  EXECUTE format('ALTER DATABASE %I SET deadlock_timeout = ''4s''', current_database());
END $$`);

let user: TestUser;
let wallet: Json;

beforeEach(async () => {
  user = await newUser();
  wallet = await newWallet(user);
});

afterEach(() => pool.query('DROP FUNCTION IF EXISTS fail CASCADE; DROP SEQUENCE IF EXISTS tries'));

/** Has the first writings of a transaction fail. A sequence counts, for it is not undone. */
const failFirst = (times: number, code: string) =>
  pool.query(`
    CREATE SEQUENCE tries;
    CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF nextval('tries') <= ${times} THEN RAISE EXCEPTION 'injected' USING ERRCODE = '${code}'; END IF;
      RETURN NEW;
    END $$;
    CREATE TRIGGER fail BEFORE INSERT ON transactions FOR EACH ROW EXECUTE FUNCTION fail()`);

const tries = async () => Number((await rows('SELECT last_value FROM tries'))[0]?.last_value);

const purchase = (amount = '1') => ({
  ...{ wallet_uuid: wallet.uuid, chain_id: 1, transaction_type: 'BUY', amount },
  ...{ price_usd: '100', timestamp: '2024-01-01T00:00:00Z' },
});

const post = (key: string, amount?: string): Promise<Answer> =>
  request('POST', '/transaction', {
    token: user.token,
    body: purchase(amount),
    headers: { 'idempotency-key': key },
  });

const expectInTheWay = (answer: Answer): void => {
  expect(answer).toMatchObject({ status: 503, body: { type: 'ServiceUnavailable' } });
  expect(answer.headers.get('retry-after')).toBe('5');
};

const userId = async () => BigInt((await rows('SELECT id FROM users WHERE uuid = $1', [user.uuid]))[0]?.id);

const stored = () =>
  rows('SELECT FROM transactions WHERE user_id = (SELECT id FROM users WHERE uuid = $1)', [user.uuid]);

/** Until so many of this database wait for a lock. */
const untilWaiting = (count: number) =>
  vi.waitFor(
    async () => {
      const found = await rows(`SELECT pid FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'`);
      expect(found).toHaveLength(count);
      return found;
    },
    { timeout: 5_000, interval: 10 },
  );

test.each(['40P01', '40001'])(
  'R14: a change that fails twice with %s succeeds at the third try',
  async (code) => {
    await failFirst(2, code);
    expect((await post(randomUUID())).status).toBe(201);
    expect(await tries()).toBe(3);
    expect(await balancesOf(user, wallet)).toMatchObject([{ amount: '1', cost_basis_usd: '100' }]);
  },
);

test.each([
  ['40P01', 3],
  ['40001', 3],
  ['55P03', 1],
  ['57014', 1],
])(
  'R14: a change that goes on failing with %s is a 503 after %i tries, and leaves nothing',
  async (code, most) => {
    await failFirst(1_000, code);
    const key = randomUUID();
    expectInTheWay(await post(key));
    expect(await tries()).toBe(most);
    expect(await stored()).toEqual([]);
    await pool.query('DROP TRIGGER fail ON transactions');
    expect((await post(key)).status).toBe(201);
    expect(await stored()).toHaveLength(1);
  },
);

test('R14: tries are apart by a little chance, so that those who met do not meet again', async () => {
  const waits = await Promise.all(
    Array.from({ length: 12 }, async () => {
      const started = performance.now();
      await expect(withRetries(() => Promise.reject(coded('40001')))).rejects.toThrow();
      return Math.round(performance.now() - started);
    }),
  );
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(58);
  expect(new Set(waits).size).toBeGreaterThan(2);
});

test('R14: a real deadlock ends in favour of one, and the other is done again', async () => {
  expect((await post(randomUUID())).status).toBe(201);
  const id = await userId();
  let answer: Promise<Answer> | undefined;
  await db.transaction(async (tx) => {
    // It is the function's change that is to give way.
    await tx.execute(sql`SET LOCAL deadlock_timeout = '1min'`);
    await tx.execute(sql`SELECT FROM balances WHERE user_id = ${id} FOR UPDATE`);
    answer = post(randomUUID(), '2');
    await untilWaiting(1);
    await lockLedgers(tx, id);
  });
  expect((await answer)?.status).toBe(201);
  const deadlocks = 'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()';
  await vi.waitFor(async () => expect(await rows(deadlocks)).toEqual([{ deadlocks: '1' }]), 5_000);
  expect(await balancesOf(user, wallet)).toMatchObject([{ amount: '3' }]);
});

test('R14: a statement that is cancelled for its length is a 503, and its change is undone', async () => {
  expect((await post(randomUUID())).status).toBe(201);
  const key = randomUUID();
  const id = await userId();
  let answer: Promise<Answer> | undefined;
  await db.transaction(async (tx) => {
    await tx.execute(sql`SELECT FROM balances WHERE user_id = ${id} FOR UPDATE`);
    answer = post(key, '2');
    const [waiting] = await untilWaiting(1);
    await rows('SELECT pg_cancel_backend($1)', [waiting?.pid]);
    expectInTheWay(await answer);
  });
  expect(await stored()).toHaveLength(1);
  expect((await post(key, '2')).status).toBe(201);
  expect(await balancesOf(user, wallet)).toMatchObject([{ amount: '3' }]);
});

test('two clients wait for a stuck writer of their wallet ten seconds each, not one after the other', async () => {
  const [id, keys] = [await userId(), [randomUUID(), randomUUID()]];
  const stranger = await newUser();
  const started = performance.now();
  await db.transaction(async (tx) => {
    await lockLedgers(tx, id);
    const answers = Promise.all(keys.map((key) => post(key)));
    await untilWaiting(2);
    const theirs = { ...purchase(), wallet_uuid: (await newWallet(stranger)).uuid };
    expect((await request('POST', '/transaction', { token: stranger.token, body: theirs })).status).toBe(201);
    for (const answer of await answers) expectInTheWay(answer);
  });
  const seconds = (performance.now() - started) / 1000;
  expect(seconds).toBeGreaterThan(9.9);
  expect(seconds).toBeLessThan(14);
  expect(await stored()).toEqual([]);
  expect((await Promise.all(keys.map((key) => post(key)))).map(({ status }) => status)).toEqual([201, 201]);
  expect(await balancesOf(user, wallet)).toMatchObject([{ amount: '2', state: 'current' }]);
});

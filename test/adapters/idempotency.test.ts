import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { claimKey, storeAnswer } from '#shared/adapters/db/idempotency.ts';
import { openDatabase } from '../support/database.ts';

const { pool, db, rows } = openDatabase();

const answer = {
  uuid: randomUUID(),
  amount: '0.000000000000000001',
  list: [1, null, 'ü'],
  nested: { a: {} },
};

const use = (scope: string, key: string, hash = 'hash', status = 201) =>
  db.transaction(async (tx) => {
    const stored = await claimKey(tx, scope, key, hash);
    if (!stored) await storeAnswer(tx, scope, key, status, answer);
    return stored;
  });

test('the first use claims, every later one gets the first answer', async () => {
  const scope = randomUUID();
  expect(await use(scope, 'a')).toBeUndefined();
  const stored = { requestHash: 'hash', status: 201, body: answer };
  expect(await use(scope, 'a', 'other hash', 200)).toEqual(stored);
  expect(await use(scope, 'a')).toEqual(stored);
});

test('keys are told apart by their scope and by every character', async () => {
  const scope = randomUUID();
  const longest = 'k'.repeat(255);
  for (const [one, key] of [
    [scope, 'a'],
    [scope, 'A'],
    [scope, 'a '],
    [scope, longest],
    [randomUUID(), 'a'],
  ] as const) {
    expect(await use(one, key)).toBeUndefined();
  }
});

test('a key whose effect was undone is free again', async () => {
  const scope = randomUUID();
  const failing = db.transaction(async (tx) => {
    await claimKey(tx, scope, 'a', 'hash');
    await storeAnswer(tx, scope, 'a', 201, answer);
    throw new Error('undone');
  });
  await expect(failing).rejects.toThrow('undone');
  expect(await use(scope, 'a')).toBeUndefined();
});

test('a key is free again after 24 hours, and not before', async () => {
  const scope = randomUUID();
  await use(scope, 'a');
  const [{ lifetime } = {}] = await rows(
    `SELECT extract(epoch FROM expires_at - created_at) / 3600 AS lifetime FROM idempotency_keys WHERE scope = $1`,
    [scope],
  );
  expect(Number(lifetime)).toBe(24);
  const shift = (by: string) =>
    pool.query('UPDATE idempotency_keys SET expires_at = now() + $2::interval WHERE scope = $1', [scope, by]);
  await shift('1 second');
  expect(await use(scope, 'a')).toBeDefined();
  await shift('-1 second');
  expect(await use(scope, 'a', 'another request')).toBeUndefined();
  expect(await use(scope, 'a')).toMatchObject({ requestHash: 'another request' });
});

/** Two requests with one key: the first holds its transaction open until it is told how to end. */
const race = async (scope: string) => {
  const ending = Promise.withResolvers<'commit' | 'roll back'>();
  const claimed = Promise.withResolvers<void>();
  const first = db.transaction(async (tx) => {
    await claimKey(tx, scope, 'a', 'hash');
    claimed.resolve();
    await storeAnswer(tx, scope, 'a', 201, answer);
    if ((await ending.promise) === 'roll back') throw new Error('undone');
  });
  await claimed.promise;
  let ended = false;
  const second = use(scope, 'a').finally(() => {
    ended = true;
  });
  await sleep(150);
  expect(ended).toBe(false);
  return { first, second, end: ending.resolve };
};

test('a second request waits for the first and gets its answer', async () => {
  const { first, second, end } = await race(randomUUID());
  end('commit');
  await first;
  expect(await second).toMatchObject({ status: 201, body: answer });
});

test('a second request takes over when the first is undone', async () => {
  const { first, second, end } = await race(randomUUID());
  end('roll back');
  await expect(first).rejects.toThrow('undone');
  expect(await second).toBeUndefined();
});

test('many at once have one effect', async () => {
  const scope = randomUUID();
  await use(scope, 'a');
  await pool.query(`UPDATE idempotency_keys SET expires_at = now() - interval '1 day' WHERE scope = $1`, [
    scope,
  ]);
  const stored = await Promise.all(Array.from({ length: 12 }, () => use(scope, 'a')));
  expect(stored.filter((one) => one === undefined)).toHaveLength(1);
});

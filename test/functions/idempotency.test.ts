import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { balancesOf, type Json, newUser, newWallet, request, type TestUser } from '../support/api.ts';
import { expectError, expectFault } from './answers.ts';
import { rowsOf, sql } from './database.ts';

let user: TestUser;
let wallet: Json;

beforeEach(async () => {
  user = await newUser();
  wallet = await newWallet(user);
});

const post = (path: string, body: unknown, key: string, by = user) =>
  request('POST', path, { token: by.token, body, headers: { 'idempotency-key': key } });

const purchase = (amount = '1') => ({
  wallet_uuid: wallet.uuid,
  chain_id: 1,
  transaction_type: 'BUY',
  amount,
  price_usd: '100',
  timestamp: '2024-01-01T00:00:00Z',
});

describe('a POST with an Idempotency-Key', () => {
  it('has one effect and one answer, however often it is sent', async () => {
    const key = randomUUID();
    const first = await post('/transaction', purchase(), key);
    expect(first.status).toBe(201);
    for (let repetition = 0; repetition < 3; repetition += 1) {
      const again = await post('/transaction', purchase(), key);
      expect([again.status, again.body]).toEqual([first.status, first.body]);
    }
    expect((await balancesOf(user, wallet))[0].amount).toBe('1');
  });

  it('R10: has one effect and one answer when 50 are sent at once', async () => {
    const key = randomUUID();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => post('/transaction', purchase(), key)),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ body }) => body.uuid)).size).toBe(1);
    for (const { body } of answers) expect(body).toEqual(answers[0]?.body);
    expect(await rowsOf(user)).toMatchObject({ transactions: 1, lots: 1, idempotency_keys: 1 });
  });

  it('is the same request where only the order of its fields differs', async () => {
    const key = randomUUID();
    const first = await post('/transaction', purchase(), key);
    const turned = Object.fromEntries(Object.entries(purchase()).reverse());
    expect((await post('/transaction', turned, key)).body).toEqual(first.body);
  });

  it('is a 422 with another body, or on another endpoint, and has no effect', async () => {
    const key = randomUUID();
    await post('/transaction', purchase(), key);
    const before = await rowsOf(user);
    expectError(
      await post('/transaction', purchase('2'), key),
      422,
      'UnprocessableError',
      'choose a new one',
    );
    expectError(await post('/wallet', { name: 'x' }, key), 422, 'UnprocessableError');
    expect(await rowsOf(user)).toEqual(before);
  });

  it('keeps its keys apart from those of other users', async () => {
    const key = randomUUID();
    const stranger = await newUser();
    const [mine, theirs] = [
      await post('/wallet', { name: 'x' }, key),
      await post('/wallet', { name: 'x' }, key, stranger),
    ];
    expect(theirs.status).toBe(201);
    expect(theirs.body.uuid).not.toBe(mine.body.uuid);
  });

  it('is tried again after a failure, which is not stored', async () => {
    const key = randomUUID();
    const sale = { ...purchase(), transaction_type: 'SELL', timestamp: '2024-02-01T00:00:00Z' };
    expect((await post('/transaction', sale, key)).status).toBe(400);
    expect(await rowsOf(user)).toMatchObject({ idempotency_keys: 0, transactions: 0 });
    await post('/transaction', purchase(), randomUUID());
    expect((await post('/transaction', sale, key)).status).toBe(201);
    expect((await post('/transaction', sale, key)).status).toBe(201);
    expect((await balancesOf(user, wallet))[0].amount).toBe('0');
  });

  it('is forgotten after 24 hours', async () => {
    const key = randomUUID();
    const first = await post('/wallet', { name: 'x' }, key);
    const [row] = await sql<{ hours: string }>(
      `SELECT extract(epoch FROM expires_at - created_at) / 3600 AS hours FROM idempotency_keys WHERE key = $1`,
      [key],
    );
    expect(Number(row?.hours)).toBeCloseTo(24, 1);
    await sql(`UPDATE idempotency_keys SET expires_at = now() - interval '1 second' WHERE key = $1`, [key]);
    const second = await post('/wallet', { name: 'another' }, key);
    expect(second.status).toBe(201);
    expect(second.body.uuid).not.toBe(first.body.uuid);
  });

  it('imports a file once', async () => {
    const key = randomUUID();
    const content = 'Txhash,UnixTimestamp,From,To,Value_IN(ETH),Value_OUT(ETH),TxnFee(ETH),Status\n';
    const body = { address: `0x${'0'.repeat(38)}aa`, files: [{ name: 'empty.csv', content }] };
    const path = `/wallet/${wallet.uuid}/import?format=etherscan&chain_id=1`;
    const first = await post(path, body, key);
    expect(first.status).toBe(201);
    expect((await post(path, body, key)).body).toEqual(first.body);
    expectError(await post(`${path}&dry_run=true`, body, key), 422, 'UnprocessableError');
    expect(await rowsOf(user)).toMatchObject({ import_batches: 1 });
  });

  it('must have a key of 1 to 255 characters', async () => {
    const long = await post('/wallet', { name: 'x' }, 'k'.repeat(256));
    expectError(long, 400, 'BadRequestException', 'Idempotency-Key: expected 1 to 255 characters');
    expectError(await post('/wallet', { name: 'x' }, ''), 400, 'BadRequestException', 'Idempotency-Key');
    expect((await post('/wallet', { name: 'x' }, 'k'.repeat(255))).status).toBe(201);
  });
});

it('without a key, the same request twice has two effects', async () => {
  const send = () => request('POST', '/wallet', { token: user.token, body: { name: 'x' } });
  expect((await send()).body.uuid).not.toBe((await send()).body.uuid);
});

it('never stores what sign-up and log-in answer', async () => {
  const key = randomUUID();
  const body = { username: user.username, password: user.password };
  const headers = { 'idempotency-key': key };
  const [first, second] = [
    await request('POST', '/log-in', { body, headers }),
    await request('POST', '/log-in', { body, headers }),
  ];
  expect([first.status, second.status]).toEqual([200, 200]);
  expect(first.body.access_token).not.toBe(second.body.access_token);
  expect(await sql('SELECT 1 FROM idempotency_keys WHERE key = $1', [key])).toEqual([]);
  expectFault(await request('POST', '/log-in', { body: {}, headers }), 'password');
});

import { beforeAll, describe, expect, it } from 'vitest';
import { type Json, newUser, newWallet, record, request, type TestUser } from '../../support/api.ts';
import { expectError, expectFault, nobodys } from '../answers.ts';
import { newToken } from '../database.ts';
import { walk } from '../walk.ts';

let user: TestUser;
let wallet: Json;
let newestFirst: Json[];

beforeAll(async () => {
  user = await newUser();
  wallet = await newWallet(user);
  const recorded: Json[] = [];
  // Two at the same moment, and one entered late.
  for (const day of ['05', '01', '03', '03', '02']) {
    const fields = { transaction_type: 'BUY', amount: '1', timestamp: `2024-01-${day}T00:00:00Z` };
    recorded.push((await record(user, wallet, fields)).body);
  }
  newestFirst = recorded
    .toReversed()
    .sort((a, b) => (a.timestamp < b.timestamp ? 1 : a.timestamp > b.timestamp ? -1 : 0));
});

it('lists the transactions of the wallet, the newest first', async () => {
  const { status, body } = await request('GET', `/wallet/transactions/${wallet.uuid}`, { token: user.token });
  expect(status).toBe(200);
  expect(body).toEqual({ items: newestFirst, next_cursor: null });
});

it.each([1, 2, 3, 5])('gives every transaction once, in order, %i at a time', async (limit) => {
  expect(await walk(user, `/wallet/transactions/${wallet.uuid}`, limit)).toEqual(newestFirst);
});

it('lists those of the wallet only', async () => {
  const other = await newWallet(user);
  expect(await walk(user, `/wallet/transactions/${other.uuid}`, 10)).toEqual([]);
});

it("does not reveal another user's transactions", async () => {
  const stranger = await newUser();
  const path = `/wallet/transactions/${wallet.uuid}`;
  expectError(await request('GET', path, { token: stranger.token }), 404, 'WalletError', 'Wallet not found');
});

describe('a filter', () => {
  let mixed: Json;
  let token: string;
  let cancelled: Json;

  const enter = async (transaction_type: string, day: number, fields: object = {}) => {
    const timestamp = `2024-02-${String(day).padStart(2, '0')}T00:00:00.000Z`;
    const { status, body } = await record(user, mixed, {
      transaction_type,
      amount: '1',
      timestamp,
      ...fields,
    });
    expect(status).toBe(201);
    return body;
  };

  beforeAll(async () => {
    mixed = await newWallet(user);
    token = (await newToken()).uuid;
    await enter('BUY', 1);
    await enter('BUY', 2, { token_uuid: token });
    await enter('TRANSFER_IN', 3);
    await enter('SELL', 4);
    cancelled = await enter('BUY', 5, { chain_id: 56 });
    await enter('FEE', 6);
    await request('POST', `/transaction/cancel/${cancelled.uuid}`, { token: user.token });
  });

  const days = async (query: string, limit = 10) =>
    (await walk(user, `/wallet/transactions/${mixed.uuid}?${query}`, limit)).map(({ timestamp }) =>
      Number(timestamp.slice(8, 10)),
    );

  it.each<[() => string, number[]]>([
    [() => `token=${token}`, [2]],
    [() => `token=${token.toUpperCase()}`, [2]],
    [() => `token=${nobodys}`, []],
    [() => 'chain=56', [5]],
    [() => 'chain=1', [6, 4, 3, 2, 1]],
    [() => 'chain=nowhere', []],
    [() => 'type=BUY', [5, 2, 1]],
    [() => 'type=SELL,FEE,TRANSFER_IN', [6, 4, 3]],
    [() => 'status=cancelled', [5]],
    [() => 'status=confirmed&type=BUY', [2, 1]],
    [() => 'source=manual', [6, 5, 4, 3, 2, 1]],
    [() => 'source=import', []],
    [() => `batch=${nobodys}`, []],
    [() => 'from=2024-02-03T00:00:00Z&to=2024-02-05T00:00:00Z', [5, 4, 3]],
    [() => 'from=2024-02-05T21:00:00-02:00', [6]],
    [() => `from=2024-02-02T00:00:00Z&type=BUY&chain=1&token=${token}`, [2]],
  ])('%s', async (query, expected) => {
    expect(await days(query())).toEqual(expected);
    if (expected.length > 0) expect(await days(query(), 1)).toEqual(expected);
  });

  it.each([
    ['token', 'USDC'],
    ['type', 'BUY,'],
    ['type', 'buy'],
    ['status', 'open'],
    ['source', 'me'],
    ['batch', '1'],
    ['from', 'yesterday'],
    ['to', '2024-02-01'],
  ])('refuses %s=%s', async (field, value) => {
    const path = `/wallet/transactions/${mixed.uuid}?${field}=${value}`;
    expectFault(await request('GET', path, { token: user.token }), field);
  });

  it('keeps the place of a cursor whose transaction is cancelled meanwhile', async () => {
    const page = async (query: string) =>
      (await request('GET', `/wallet/transactions/${mixed.uuid}?${query}`, { token: user.token })).body;
    const first = await page('status=confirmed&limit=2');
    const { uuid } = first.items[1];
    await request('POST', `/transaction/cancel/${uuid}`, { token: user.token });
    const second = await page(`status=confirmed&limit=2&cursor=${first.next_cursor}`);
    await request('POST', `/transaction/restore/${uuid}`, { token: user.token });
    expect(second.items.map(({ timestamp }: Json) => timestamp.slice(8, 10))).toEqual(['03', '02']);
  });
});

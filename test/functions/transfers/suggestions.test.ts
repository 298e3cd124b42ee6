import { beforeEach, expect, it } from 'vitest';
import { type Json, newUser, newWallet, request, type TestUser } from '../../support/api.ts';
import { expectError, nobodys } from '../answers.ts';
import { newToken, sql } from '../database.ts';
import { enter, link, show, unlink } from '../transactions/ledger.ts';
import { walk } from '../walk.ts';

let user: TestUser;
let token_uuid: string;
let a: Json;
let b: Json;

beforeEach(async () => {
  user = await newUser();
  token_uuid = (await newToken()).uuid;
  a = await newWallet(user);
  b = await newWallet(user);
  await enter(user, a, 'BUY', '1000', 1, { token_uuid });
});

const send = async (amount: string, timestamp: string) =>
  (await enter(user, a, 'TRANSFER_OUT', amount, 2, { token_uuid, timestamp })).body;
const receive = async (amount: string, timestamp: string, wallet = b) =>
  (await enter(user, wallet, 'TRANSFER_IN', amount, 2, { token_uuid, timestamp })).body;

const suggested = async (query = '') => {
  const { status, body } = await request('GET', `/transfer/suggestions${query}`, { token: user.token });
  expect(status).toBe(200);
  return body.items;
};

const amounts = (items: Json[]) =>
  items.map((item) => [item.out.amount, item.in.amount, item.fee, item.score]);

it('are what agrees in amount and time, the likeliest first', async () => {
  await send('10', '2024-02-01T00:00:00Z');
  await receive('10', '2024-02-02T00:00:00Z');
  const sent = await send('20', '2024-03-01T00:00:00Z');
  const received = await receive('19.9', '2024-03-01T00:00:00Z');
  await send('30', '2024-04-01T00:05:00Z');
  await receive('30', '2024-04-01T00:00:00Z');
  await send('40', '2024-05-01T00:00:00Z');
  await receive('40', '2024-05-01T00:00:00Z');
  const items = await suggested();
  expect(amounts(items)).toEqual([
    ['40', '40', '0', '1'],
    ['20', '19.9', '0.1', '0.85'],
    ['30', '30', '0', '0.8'],
    ['10', '10', '0', '0.8'],
  ]);
  expect(items[1].out).toEqual((await show(user, sent)).body);
  expect(items[1].in).toEqual((await show(user, received)).body);
});

it.each([
  ['more arrives', '10', '10.1', '2024-02-01T00:00:00Z'],
  ['too little arrives', '10', '9.79', '2024-02-01T00:00:00Z'],
  ['it arrives too late', '10', '10', '2024-02-03T00:00:01Z'],
  ['it arrives too early', '10', '10', '2024-01-31T23:49:59Z'],
])('are none where %s', async (_, out, into, at) => {
  await send(out, '2024-02-01T00:00:00Z');
  await receive(into, at);
  expect(await suggested()).toEqual([]);
});

it('are none within a wallet, of another token, or with another user', async () => {
  const at = '2024-02-01T00:00:00Z';
  await send('10', at);
  await receive('10', at, a);
  await enter(user, b, 'TRANSFER_IN', '10', 2, { timestamp: at });
  const stranger = await newUser();
  const theirs = await newWallet(stranger);
  await enter(stranger, theirs, 'TRANSFER_IN', '10', 2, { token_uuid, timestamp: at });
  expect(await suggested()).toEqual([]);
});

it('are none any more once linked, and none again once declined', async () => {
  const sent = await send('10', '2024-02-01T00:00:00Z');
  const received = await receive('10', '2024-02-01T00:00:00Z');
  expect(await suggested()).toHaveLength(1);
  await link(user, sent, received);
  expect(await suggested()).toEqual([]);
  await unlink(user, sent);
  expect(await suggested()).toEqual([]);
});

it('have each transaction once, and are read page by page', async () => {
  for (let count = 0; count < 5; count += 1) {
    await send('10', `2024-02-01T0${count}:00:00Z`);
    await receive('10', `2024-02-01T0${count}:00:00Z`);
  }
  const all = await walk(user, '/transfer/suggestions', 2);
  expect(all).toHaveLength(5);
  expect(all.every((item) => item.score === '1')).toBe(true);
  expect(new Set(all.flatMap((item) => [item.out.uuid, item.in.uuid])).size).toBe(10);
  const lost = await request('GET', `/transfer/suggestions?cursor=${nobodys}`, { token: user.token });
  expectError(lost, 400, 'BadRequestException', /^cursor: /);
});

it('can be narrowed to a wallet, which must be one of the caller', async () => {
  const c = await newWallet(user);
  await send('10', '2024-02-01T00:00:00Z');
  await send('20', '2024-02-01T00:00:00Z');
  await receive('10', '2024-02-01T00:00:00Z');
  await receive('20', '2024-02-01T00:00:00Z', c);
  expect(await suggested(`?wallet_uuid=${a.uuid}`)).toHaveLength(2);
  expect(amounts(await suggested(`?wallet_uuid=${c.uuid}`))).toEqual([['20', '20', '0', '1']]);
  const stranger = await newUser();
  const path = `/transfer/suggestions?wallet_uuid=${a.uuid}`;
  expectError(await request('GET', path, { token: stranger.token }), 404, 'WalletError', 'Wallet not found');
});

it('are found among ten thousand transfers', async () => {
  const [sent] = [await send('10', '2024-02-01T00:00:00Z'), await receive('10', '2024-02-01T00:00:00Z')];
  await sql(
    `INSERT INTO transactions (user_id, wallet_id, balance_id, chain_id, token_id, transaction_type, source, "timestamp",
       raw_amount, amount, recorded_as)
     SELECT user_id, wallet_id, balance_id, chain_id, token_id, CASE WHEN n % 2 = 0 THEN 'TRANSFER_OUT' ELSE 'TRANSFER_IN' END,
       'import', '2010-01-01'::timestamptz + n * interval '3 hours', raw_amount + n, amount, recorded_as
     FROM transactions, generate_series(1, 10000) AS n WHERE uuid = $1`,
    [sent.uuid],
  );
  expect(await suggested()).toHaveLength(1);
});

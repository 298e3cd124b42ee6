import { beforeAll, expect, it } from 'vitest';
import { type Json, newUser, newWallet, record, request, type TestUser } from '../../support/api.ts';
import { aUuid, expectError } from '../answers.ts';
import { walk } from '../walk.ts';

let user: TestUser;
let path: string;
let transactions: Json[];
let lots: Json[];

beforeAll(async () => {
  user = await newUser();
  const wallet = await newWallet(user);
  const enter = async (transaction_type: string, amount: string, price_usd: string | null, date: string) =>
    (await record(user, wallet, { transaction_type, amount, price_usd, timestamp: `${date}T00:00:00Z` }))
      .body;
  transactions = [
    await enter('BUY', '4', '100', '2021-01-01'),
    await enter('BUY', '5', '111', '2021-06-01'),
    await enter('SELL', '6', '120', '2022-01-02'),
    await enter('TRANSFER_OUT', '1', null, '2022-02-01'),
    await enter('FEE', '0.5', null, '2022-03-01'),
  ];
  const balance = transactions[0].balance_uuid;
  path = `/balance/${balance}/matches`;
  lots = (await request('GET', `/balance/${balance}/lots`, { token: user.token })).body.items;
});

const get = (query = '', by = user) => request('GET', path + query, { token: by.token });

it('lists what each disposal took of which lot, the oldest disposal first', async () => {
  const { status, body } = await get();
  const slice = (transaction: number, lot: number, fields: object) => ({
    uuid: aUuid,
    transaction_uuid: transactions[transaction].uuid,
    lot_uuid: lots[lot].uuid,
    kind: transactions[transaction].transaction_type,
    method: 'FIFO',
    acquired_at: transactions[lot].timestamp,
    disposed_at: transactions[transaction].timestamp,
    ...fields,
  });
  expect(status).toBe(200);
  expect(body).toEqual({
    items: [
      slice(2, 0, { amount: '4', cost_usd: '400', proceeds_usd: '480', gain_usd: '80', term: 'long' }),
      slice(2, 1, { amount: '2', cost_usd: '222', proceeds_usd: '240', gain_usd: '18', term: 'short' }),
      slice(3, 1, { amount: '1', cost_usd: '111', proceeds_usd: null, gain_usd: null, term: 'short' }),
      slice(4, 1, { amount: '0.5', cost_usd: '55.5', proceeds_usd: null, gain_usd: null, term: 'short' }),
    ],
    next_cursor: null,
  });
});

it.each([1, 2, 3, 4])('gives every match once, in order, %i at a time', async (limit) => {
  expect(await walk(user, path, limit)).toEqual((await get()).body.items);
});

it("does not reveal another user's matches", async () => {
  expectError(await get('', await newUser()), 404, 'BalanceError', 'Balance not found');
});

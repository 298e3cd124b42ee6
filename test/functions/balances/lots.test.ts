import { beforeAll, expect, it } from 'vitest';
import { type Json, newUser, newWallet, record, request, type TestUser } from '../../support/api.ts';
import { aUuid, expectError, expectFault } from '../answers.ts';
import { walk } from '../walk.ts';

let user: TestUser;
let path: string;
let transactions: Json[];

beforeAll(async () => {
  user = await newUser();
  const wallet = await newWallet(user);
  const enter = async (transaction_type: string, amount: string, price_usd: string | null, day: string) =>
    (
      await record(user, wallet, {
        transaction_type,
        amount,
        price_usd,
        timestamp: `2024-01-${day}T00:00:00Z`,
      })
    ).body;
  transactions = [
    await enter('BUY', '4', '100', '01'),
    await enter('BUY', '5', '111', '03'),
    await enter('TRANSFER_IN', '1', null, '04'),
    await enter('SELL', '6', '120', '05'),
    // Entered last, and not the last in time.
    await enter('BUY', '1', '105', '02'),
  ];
  path = `/balance/${transactions[0].balance_uuid}/lots`;
});

const get = (query = '', by = user) => request('GET', path + query, { token: by.token });

it('lists the lots with what is left of them, the oldest first', async () => {
  const { status, body } = await get();
  const lot = (transaction: number, day: string, fields: object) => ({
    uuid: aUuid,
    transaction_uuid: transactions[transaction].uuid,
    acquired_at: `2024-01-${day}T00:00:00.000Z`,
    basis_known: true,
    ...fields,
  });
  expect(status).toBe(200);
  expect(body).toEqual({
    items: [
      lot(0, '01', {
        amount: '4',
        remaining_amount: '0',
        unit_cost_usd: '100',
        cost_usd: '400',
        remaining_cost_usd: '0',
      }),
      lot(4, '02', {
        amount: '1',
        remaining_amount: '0',
        unit_cost_usd: '105',
        cost_usd: '105',
        remaining_cost_usd: '0',
      }),
      lot(1, '03', {
        amount: '5',
        remaining_amount: '4',
        unit_cost_usd: '111',
        cost_usd: '555',
        remaining_cost_usd: '444',
      }),
      {
        ...lot(2, '04', {
          amount: '1',
          remaining_amount: '1',
          unit_cost_usd: null,
          cost_usd: null,
          remaining_cost_usd: null,
        }),
        basis_known: false,
      },
    ],
    next_cursor: null,
  });
});

it('lists only open lots when asked', async () => {
  const all = (await get()).body.items;
  expect((await get('?open=true')).body.items).toEqual(all.slice(2));
  expect((await get('?open=false')).body.items).toEqual(all);
  expectFault(await get('?open=maybe'), 'open');
});

it.each([1, 2, 3, 4])('gives every lot once, in order, %i at a time', async (limit) => {
  expect(await walk(user, path, limit)).toEqual((await get()).body.items);
  expect(await walk(user, `${path}?open=true`, limit)).toEqual((await get('?open=true')).body.items);
});

it("does not reveal another user's lots", async () => {
  expectError(await get('', await newUser()), 404, 'BalanceError', 'Balance not found');
});

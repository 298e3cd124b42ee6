import { beforeAll, describe, expect, it } from 'vitest';
import { type Json, newUser, newWallet, record, request, type TestUser } from '../../support/api.ts';
import { midnight } from '../../support/held.ts';
import { writeRow, writeRun } from '../../support/history-rows.ts';
import { expectError, expectFault } from '../answers.ts';
import { newToken, sql } from '../database.ts';
import { walk } from '../walk.ts';

let user: TestUser;
let balance: string;

/** Midnights, counted from some past one on. */
const at = (day: number) => midnight(400 - day);

beforeAll(async () => {
  user = await newUser();
  const { uuid } = await newToken();
  const wallet = await newWallet(user);
  const { body } = await record(user, wallet, {
    token_uuid: uuid,
    transaction_type: 'BUY',
    amount: '2',
    price_usd: '100',
    timestamp: at(1).replace('T00', 'T05'),
  });
  balance = body.balance_uuid;
  await sql('UPDATE balances SET history_dirty_since = NULL WHERE uuid = $1', [balance]);
  for (const day of [2, 3, 4, 5]) {
    await writeRun(sql, balance, at(day), { type: 'daily' });
    await writeRow(sql, balance, at(day), { amount: '2', price: `${100 + day}.5`, cost: '200' }, 'daily');
  }
});

const path = () => `/balance/history/${balance}`;
const whole = `from=${at(1)}&to=${at(5)}&interval=day`;
const get = (query: string, by = user) => request('GET', `${path()}?${query}`, { token: by.token });

describe('GET /balance/history/{balance_uuid}', () => {
  it('has what the balance was at each instant', async () => {
    const { status, body } = await get(whole);
    expect(status).toBe(200);
    expect(body.next_cursor).toBeNull();
    expect(body.items.map((point: Json) => [point.at, point.amount])).toEqual([
      [at(1), '0'],
      ...[2, 3, 4, 5].map((day) => [at(day), '2']),
    ]);
    expect(body.items[1]).toEqual({
      at: at(2),
      amount: '2',
      price_usd: '102.5',
      price_source: null,
      price_at: null,
      price_state: 'current',
      value_usd: '205',
      cost_basis_usd: '200',
      realized_pnl_usd: '0',
      unrealized_pnl_usd: '5',
      complete: true,
      realized_complete: true,
      carried: false,
      filled: false,
      recomputed_at: null,
    });
  });

  it('begins and ends where it is asked to, both included, in any time zone', async () => {
    const inParis = (instant: string, end: string) =>
      encodeURIComponent(instant.replace('T00:00:00.000Z', `T${end}+02:00`));
    const query = `from=${inParis(at(3), '02:00:00')}&to=${inParis(at(4), '01:59:59')}&interval=day`;
    expect((await get(query)).body.items.map((point: Json) => point.at)).toEqual([at(3)]);
    const first = (await get('to=1970-01-01T00:00:00Z')).body.items;
    expect(first.map((point: Json) => point.at)).toEqual(['1970-01-01T00:00:00.000Z']);
  });

  it('gives every point once, in order, page by page', async () => {
    const all = (await get(whole)).body.items;
    for (const limit of [1, 2, 3, 5]) expect(await walk(user, `${path()}?${whole}`, limit)).toEqual(all);
  });

  it("does not reveal another user's history", async () => {
    expectError(await get(whole, await newUser()), 404, 'BalanceError', 'Balance not found');
  });

  it.each([
    ['from', 'from=yesterday'],
    ['from', 'from=2023-03-01'],
    ['from', 'from=2023-03-01T00:00:00'],
    ['to', 'to=1'],
    ['to', 'to=2023-13-01T00:00:00Z'],
    ['to', 'to=0001-01-01T00:00:00Z'],
    ['to', 'to=1969-12-31T23:59:59Z'],
    ['to', 'to=9999-12-31T23:59:59-14:00'],
    ['interval', 'interval=year'],
    ['interval', "interval=day');--"],
    ['fill', 'fill=zero'],
    ['as_of', 'as_of=2023-03-01T00:00:00Z&from=2023-03-01T00:00:00Z'],
    ['cursor', 'cursor=x'],
  ])('names the parameter %s that is wrong: %s', async (field, query) => {
    expectFault(await get(query), field);
  });

  it('refuses to end before it begins', async () => {
    const answer = await get('from=2023-03-02T00:00:00Z&to=2023-03-01T00:00:00Z');
    expectError(answer, 400, 'BadRequestException', 'from');
  });

  it('says from when on a gain is not all known, for what was sold had come at an unknown cost', async () => {
    const seller = await newUser();
    const wallet = await newWallet(seller);
    const { uuid } = await newToken();
    const came = { token_uuid: uuid, transaction_type: 'TRANSFER_IN', amount: '2', timestamp: at(1) };
    const { body } = await record(seller, wallet, came);
    const sold = { ...came, transaction_type: 'SELL', amount: '1', price_usd: '5' };
    await record(seller, wallet, { ...sold, timestamp: at(3).replace('T00', 'T05') });
    await sql('UPDATE balances SET history_dirty_since = NULL WHERE uuid = $1', [body.balance_uuid]);
    for (const day of [1, 2, 3, 4, 5]) await writeRun(sql, body.balance_uuid, at(day), { type: 'daily' });
    const { body: history } = await request('GET', `/balance/history/${body.balance_uuid}?${whole}`, {
      token: seller.token,
    });
    expect(history.items.map((point: Json) => point.realized_complete)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
    const { body: all } = await request('GET', `/user/history/${seller.username}?${whole}`, {
      token: seller.token,
    });
    expect(all.items.map((point: Json) => point.realized_complete)).toEqual([true, true, true, false, false]);
  });
});

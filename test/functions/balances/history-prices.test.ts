import { beforeAll, describe, expect, it } from 'vitest';
import { rowFlags } from '#shared/domain/snapshot.ts';
import { type Json, newUser, newWallet, record, request, type TestUser } from '../../support/api.ts';
import { midnight } from '../../support/held.ts';
import { writeRow, writeRun } from '../../support/history-rows.ts';
import { newToken, sql } from '../database.ts';

const hourMs = 3_600_000;
const days = 9;

/** Midnights, counted from some past one on. */
const at = (day: number) => midnight(400 - day);
const hoursBefore = (day: number, hours: number) =>
  new Date(Date.parse(at(day)) - hours * hourMs).toISOString();

let user: TestUser;
let token: string;
let balance: string;

const tell = (source: string, time: string, price: string) =>
  sql(
    `INSERT INTO token_prices (price_at, token_id, source, price_usd)
     SELECT $2, id, $3, $4 FROM tokens WHERE uuid = $1`,
    [token, time, source, price],
  );

const say = (by: TestUser, price: string, from: string, to: string) =>
  sql(
    `INSERT INTO price_overrides (user_id, token_id, price_usd, valid_from, valid_to)
     SELECT users.id, tokens.id, $3, $4, $5 FROM users, tokens WHERE users.uuid = $1 AND tokens.uuid = $2`,
    [by.uuid, token, price, from, to],
  );

const row = (day: number, price: string | null, flags = 0) =>
  writeRow(sql, balance, at(day), { amount: '2', price, cost: '200', flags }, 'daily');

beforeAll(async () => {
  user = await newUser();
  token = (await newToken()).uuid;
  const { body } = await record(user, await newWallet(user), {
    ...{ token_uuid: token, transaction_type: 'BUY', amount: '2', price_usd: '100', timestamp: at(0) },
  });
  balance = body.balance_uuid;
  await sql('UPDATE balances SET history_dirty_since = NULL WHERE uuid = $1', [balance]);
  for (let day = 1; day <= days; day += 1)
    if (day !== 7) await writeRun(sql, balance, at(day), { type: 'daily' });
});

const points = async (query = ''): Promise<Json[]> => {
  const range = `from=${at(1)}&to=${at(days)}&interval=day${query}`;
  return (await request('GET', `/balance/history/${balance}?${range}`, { token: user.token })).body.items;
};

const priceOn = async (day: number, query = '') => {
  const { price_usd, price_source, price_at, price_state } = (await points(query))[day - 1] as Json;
  return [price_usd, price_source, price_at, price_state];
};

describe('the price of a point says where it was from, and of when', () => {
  it('by the last that said so before it, though another was told later', async () => {
    await row(1, '5');
    await tell('coingecko', hoursBefore(1, 9), '5');
    await tell('coingecko', hoursBefore(1, 2), '5');
    await tell('defillama', hoursBefore(1, 1), '6');
    await tell('coingecko', hoursBefore(1, -1), '5');
    expect(await priceOn(1)).toEqual(['5', 'coingecko', hoursBefore(1, 2), 'current']);
  });

  it('at the instant itself too, and by the first name where several say the same', async () => {
    await row(2, '7', rowFlags.disputed);
    for (const source of ['defillama', 'binance', 'coingecko']) await tell(source, at(2), '7.0');
    expect(await priceOn(2)).toEqual(['7', 'binance', at(2), 'disputed']);
  });

  it('not by one that was a day old then, nor by one that is not kept', async () => {
    await row(3, '8', rowFlags.stale);
    await tell('test', hoursBefore(3, 24), '8');
    expect(await priceOn(3)).toEqual(['8', null, null, 'stale']);
    await tell('coingecko', hoursBefore(3, 23), '8');
    expect(await priceOn(3)).toEqual(['8', 'coingecko', hoursBefore(3, 23), 'stale']);
    await row(4, '9');
    expect(await priceOn(4)).toEqual(['9', null, null, 'current']);
  });

  it("or that it was the user's own, since when", async () => {
    await row(5, '11', rowFlags.manual);
    await tell('coingecko', hoursBefore(5, 1), '11');
    await say(user, '10', hoursBefore(5, 9), hoursBefore(5, 3));
    await say(user, '11', hoursBefore(5, 3), hoursBefore(5, -5));
    await say(await newUser(), '11', hoursBefore(5, 2), hoursBefore(5, -5));
    expect(await priceOn(5)).toEqual(['11', 'manual', hoursBefore(5, 3), 'manual']);
  });

  it('and is none in a gap, or that of the point that stands for it', async () => {
    await row(6, '12');
    await tell('binance', hoursBefore(6, 0.5), '12');
    const none = [null, null, null, 'none'];
    expect(await priceOn(7)).toEqual(none);
    expect(await priceOn(7, '&fill=previous')).toEqual(['12', 'binance', hoursBefore(6, 0.5), 'current']);
    expect(await priceOn(8)).toEqual(none);
    await row(9, null);
    expect(await priceOn(9)).toEqual(none);
  });

  it('at a transaction as well', async () => {
    await tell('defillama', hoursBefore(0, 1), '13');
    await writeRow(sql, balance, at(0), { amount: '2', price: '13', cost: '200' }, 'transaction');
    const path = `/balance/history/${balance}?interval=transaction&from=${hoursBefore(0, 1)}&to=${at(1)}`;
    const { body } = await request('GET', path, { token: user.token });
    expect(body.items).toMatchObject([{ price_source: 'defillama', price_at: hoursBefore(0, 1) }]);
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import { type Json, newUser, request, type TestUser } from '../../support/api.ts';
import { expectError, expectFault, nobodys } from '../answers.ts';
import { newToken, sql } from '../database.ts';
import { walk } from '../walk.ts';
import { setPrice } from './own-price.ts';

let user: TestUser;
let token: { uuid: string };

/** Time, source, price, and whether it is disputed. */
const stored = [
  ['2023-05-01T22:10:00Z', 'coingecko', '1', false],
  ['2023-05-01T22:50:00Z', 'coingecko', '2.5', false],
  ['2023-05-01T23:05:00Z', 'coingecko', '3', true],
  ['2023-05-01T23:05:00Z', 'binance', '4', true],
  ['2023-05-02T00:00:00Z', 'defillama', '5', false],
  ['2023-05-02T00:00:00.000400Z', 'defillama', '6', false],
  ['2023-05-04T12:00:00Z', 'coingecko', '7', false],
] as const;

beforeAll(async () => {
  user = await newUser();
  token = await newToken({ priceUsd: '8' });
  for (const [at, source, price, disputed] of stored)
    await sql(
      `INSERT INTO token_prices (price_at, token_id, source, price_usd, is_disputed)
       SELECT $2, id, $3, $4, $5 FROM tokens WHERE uuid = $1`,
      [token.uuid, at, source, price, disputed],
    );
});

const path = () => `/prices/${token.uuid}`;
const whole = 'from=2023-05-01T00:00:00Z&to=2023-05-05T00:00:00Z';
const get = (query: string, by = user) => request('GET', `${path()}?${query}`, { token: by.token });
const pricesOf = async (query: string) =>
  (await get(query)).body.items.map(({ price_usd }: Json) => price_usd);

describe('the prices of a token', () => {
  it.each([
    ['raw', ['1', '2.5', '4', '5', '6', '7']],
    ['hour', ['2.5', '4', '6', '7']],
    ['day', ['4', '6', '7']],
  ])('are the last of each interval: %s', async (interval, prices) => {
    expect(await pricesOf(`${whole}&interval=${interval}`)).toEqual(prices);
  });

  it('tell where they are from, and whether sources agreed', async () => {
    const { status, body } = await get(`${whole}&interval=day`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ token: { uuid: token.uuid }, chain_id: 1, next_cursor: null });
    expect(body.items[0]).toEqual({
      at: '2023-05-01T23:05:00.000Z',
      price_usd: '4',
      price_source: 'binance',
      is_disputed: true,
    });
  });

  it.each(['raw', 'hour', 'day'])('come page by page, each once: %s', async (interval) => {
    const query = `${path()}?${whole}&interval=${interval}`;
    const all = (await request('GET', query, { token: user.token })).body.items;
    for (const limit of [1, 2, 3, 200]) expect(await walk(user, query, limit)).toEqual(all);
  });

  it('begin and end where they are asked to, both included', async () => {
    expect(await pricesOf('interval=raw&from=2023-05-01T22:50:00Z&to=2023-05-02T00:00:00Z')).toEqual([
      '2.5',
      '4',
      '5',
    ]);
    expect(await pricesOf('interval=raw&to=2023-05-02T22:30:00Z')).toEqual(['2.5', '4', '5', '6']);
    expect(await pricesOf('')).toEqual([]);
  });

  it("are everybody's, and beside them stands one's own", async () => {
    const other = await newUser();
    const { body: own } = await setPrice(user, token, '9');
    const [mine, theirs] = [(await get(whole)).body, (await get(whole, other)).body];
    expect(mine.items).toEqual(theirs.items);
    expect(mine).toMatchObject({
      override: own,
      current: {
        price_usd: '9',
        price_source: 'manual',
        price_at: own.valid_from,
        price_state: 'manual',
      },
    });
    expect(theirs).toMatchObject({ override: null, current: { price_usd: '8', price_state: 'current' } });
  });

  it.each([
    ['raw', 31],
    ['hour', 366],
    ['day', 3660],
  ])('by %s are of %i days at most', async (interval, days) => {
    const to = Date.parse('2024-01-01T00:00:00Z');
    const from = (more: number) => new Date(to - days * 86_400_000 - more).toISOString();
    const query = (more: number) => `interval=${interval}&from=${from(more)}&to=2024-01-01T00:00:00Z`;
    expect((await get(query(0))).status).toBe(200);
    expectError(await get(query(1)), 400, 'BadRequestException', `from: expected at most ${days} days`);
  });

  it('cannot end before they begin', async () => {
    const answer = await get('from=2023-05-02T00:00:00Z&to=2023-05-01T00:00:00Z');
    expectError(answer, 400, 'BadRequestException', 'from: expected a time before');
  });

  it.each([
    ['from', 'from=yesterday'],
    ['to', 'to=1'],
    ['interval', 'interval=week'],
    ['cursor', 'cursor=x'],
  ])('name the parameter %s that is wrong: %s', async (field, query) => {
    expectFault(await get(query), field);
  });

  it('are of a token that there is', async () => {
    const answer = await request('GET', `/prices/${nobodys}`, { token: user.token });
    expectError(answer, 404, 'TokenError', 'Token not found');
  });
});

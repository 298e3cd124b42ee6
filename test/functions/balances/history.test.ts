import { beforeAll, describe, expect, it } from 'vitest';
import { invoke, type Json, newUser, newWallet, record, request, type TestUser } from '../../support/api.ts';
import { expectError, expectFault } from '../answers.ts';
import { newToken, sql } from '../database.ts';
import { walk } from '../walk.ts';

let user: TestUser;
let token: { uuid: string };
let balance: string;

const snapshot = (scheduled_time: string) => invoke('schedules/hourly-snapshot', { scheduled_time });
const setPrice = (price: string | null) =>
  sql('UPDATE tokens SET current_price_usd = $2 WHERE uuid = $1', [token.uuid, price]);

// Days of the past that no other test takes snapshots of.
const hours = [
  '2023-03-30T22',
  '2023-03-30T23',
  '2023-03-31T00',
  '2023-03-31T22',
  '2023-04-01T00',
  '2023-04-03T05',
];
const at = (hour: string) => `${hour}:00:00.000Z`;

beforeAll(async () => {
  user = await newUser();
  token = await newToken();
  const wallet = await newWallet(user);
  const { body } = await record(user, wallet, {
    token_uuid: token.uuid,
    transaction_type: 'BUY',
    amount: '2',
    price_usd: '100',
    timestamp: '2023-01-01T00:00:00Z',
  });
  balance = body.balance_uuid;
  for (const [place, hour] of hours.entries()) {
    await setPrice(`${100 + place}.5`);
    await snapshot(`${hour}:05:00Z`);
  }
});

const path = () => `/balance/history/${balance}`;
const whole = 'from=2023-03-01T00:00:00Z&to=2023-05-01T00:00:00Z';
const get = (query: string, by = user) => request('GET', `${path()}?${query}`, { token: by.token });
const timesOf = async (query: string) => (await get(query)).body.items.map((point: Json) => point.at);

describe('the history of a balance', () => {
  it('has one point for each hour that was scheduled, as things stood then', async () => {
    const { status, body } = await get(whole);
    expect(status).toBe(200);
    expect(body.next_cursor).toBeNull();
    expect(body.items.map((point: Json) => point.at)).toEqual(hours.map(at));
    expect(body.items[1]).toEqual({
      at: at(hours[1] ?? ''),
      amount: '2',
      price_usd: '101.5',
      value_usd: '203',
      cost_basis_usd: '200',
      unrealized_pnl_usd: '3',
      snapshot_type: 'hourly',
    });
  });

  it.each([
    ['day', [1, 3, 4, 5]],
    ['week', [4, 5]],
    ['month', [3, 5]],
  ])('shows the last point of each %s in UTC', async (interval, places) => {
    expect(await timesOf(`${whole}&interval=${interval}`)).toEqual(
      places.map((place) => at(hours[place] ?? '')),
    );
  });

  it('begins and ends where it is asked to, both included, in any time zone', async () => {
    expect(await timesOf('from=2023-03-30T23:00:00Z&to=2023-03-31T22:00:00Z')).toEqual(
      hours.slice(1, 4).map(at),
    );
    const zone = `from=${encodeURIComponent('2023-03-31T01:00:00+02:00')}&to=${encodeURIComponent('2023-04-01T00:00:00+02:00')}`;
    expect(await timesOf(zone)).toEqual(hours.slice(1, 4).map(at));
    expect(await timesOf('to=2023-04-01T12:00:00Z')).toEqual(hours.slice(0, 5).map(at));
    expect(await timesOf('to=2023-04-30T12:00:00Z')).toEqual(hours.slice(3).map(at));
    expect(await timesOf('to=1970-01-01T00:00:00Z')).toEqual([]);
  });

  it.each(['hour', 'day', 'week', 'month'])(
    'gives every %s once, in order, page by page',
    async (interval) => {
      const query = `${whole}&interval=${interval}`;
      const all = (await get(query)).body.items;
      for (const limit of [1, 2, 3, 6]) expect(await walk(user, `${path()}?${query}`, limit)).toEqual(all);
    },
  );

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
    ['cursor', 'cursor=x'],
  ])('names the parameter %s that is wrong: %s', async (field, query) => {
    expectFault(await get(query), field);
  });

  it('refuses to end before it begins', async () => {
    const answer = await get('from=2023-03-02T00:00:00Z&to=2023-03-01T00:00:00Z');
    expectError(answer, 400, 'BadRequestException', 'from');
  });
});

describe('an hourly snapshot', () => {
  const rows = (hour: string) =>
    sql(
      `SELECT snapshot_date, amount, price_usd FROM balances_history
       WHERE balance_id = (SELECT id FROM balances WHERE uuid = $1) AND snapshot_date = $2`,
      [balance, at(hour)],
    );

  it('is written once, however often and however late its hour is delivered', async () => {
    const hour = hours[0] ?? '';
    const before = await rows(hour);
    expect(before).toHaveLength(1);
    await setPrice('999');
    for (const minute of ['00:00', '05:00', '59:59']) {
      const { result } = await snapshot(`${hour}:${minute}Z`);
      expect(result.snapshot_date).toBe(at(hour));
    }
    await Promise.all(Array.from({ length: 4 }, () => snapshot(`${hour}:05:00Z`)));
    expect(await rows(hour)).toEqual(before);
  });

  it('says null where there is no price, and leaves empty balances and dust out', async () => {
    const owner = await newUser();
    const [unpriced, empty, dust] = [
      await newToken(),
      await newToken({ priceUsd: '1' }),
      await newToken({ priceUsd: '1' }),
    ];
    const wallet = await newWallet(owner);
    const enter = async (token_uuid: string, transaction_type: string, amount: string, day: string) =>
      (
        await record(owner, wallet, {
          token_uuid,
          transaction_type,
          amount,
          timestamp: `2023-01-${day}T00:00:00Z`,
        })
      ).body.balance_uuid;
    const balances = [
      await enter(unpriced.uuid, 'BUY', '1', '01'),
      await enter(empty.uuid, 'BUY', '1', '01'),
      await enter(dust.uuid, 'BUY', '0.0000009', '01'),
    ];
    await enter(empty.uuid, 'SELL', '1', '02');
    await snapshot('2023-03-30T22:05:00Z');
    const histories = [];
    for (const uuid of balances) {
      histories.push(
        (await request('GET', `/balance/history/${uuid}?${whole}`, { token: owner.token })).body.items,
      );
    }
    expect(histories).toEqual([
      [
        {
          at: at('2023-03-30T22'),
          amount: '1',
          price_usd: null,
          value_usd: null,
          cost_basis_usd: null,
          unrealized_pnl_usd: null,
          snapshot_type: 'hourly',
        },
      ],
      [],
      [],
    ]);
  });

  it('is refused for a time that is none', async () => {
    expect((await snapshot('soon')).error).toBeDefined();
  });
});

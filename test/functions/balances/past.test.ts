/** What a balance tells of its past: the change of a day, the highest value. */
import { beforeEach, describe, expect, it } from 'vitest';
import {
  balancesOf,
  type Json,
  newUser,
  newWallet,
  record,
  request,
  type TestUser,
} from '../../support/api.ts';
import { newToken, sql } from '../database.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

let user: TestUser;
let id: number;
let uuid: string;

/** The hour that is compared with: the test takes a moment, in which it may become another. */
const dayAgo = () => new Date(Math.floor((Date.now() - dayMs) / hourMs) * hourMs);

beforeEach(async () => {
  user = await newUser();
  const wallet = await newWallet(user);
  const token = await newToken({ priceUsd: '3' });
  await record(user, wallet, {
    ...{ token_uuid: token.uuid, transaction_type: 'BUY', amount: '5', price_usd: '1' },
    timestamp: '2024-01-01T00:00:00Z',
  });
  const [balance] = await balancesOf(user, wallet);
  uuid = balance.uuid;
  const [row] = await sql('UPDATE balances SET history_dirty_since = NULL WHERE uuid = $1 RETURNING id', [
    uuid,
  ]);
  id = Number(row?.id);
});

const past = async (): Promise<Json> => {
  const { body } = await request('GET', `/balance/${uuid}`, { token: user.token });
  const { change_24h_usd, change_24h_percent, all_time_high_usd, all_time_high_at } = body;
  return [change_24h_usd, change_24h_percent, all_time_high_usd, typeof all_time_high_at];
};

const run = () =>
  sql(
    `INSERT INTO snapshot_runs (snapshot_date, snapshot_type, shard, triggered_by, balances, priced, stale, disputed,
       value_usd, unpriced_cost_usd)
     SELECT $1::timestamptz + hours * interval '1 hour', 'hourly', $2, 'schedule', 0, 0, 0, 0, 0, 0
     FROM generate_series(0, 1) AS hours ON CONFLICT DO NOTHING`,
    [dayAgo(), Math.floor(id / 100_000)],
  );

const row = (amount: string, price: string | null) =>
  sql(
    `INSERT INTO balances_history (snapshot_date, id, amount, price_usd, realized_pnl_usd)
     SELECT $1::timestamptz + hours * interval '1 hour', $2, $3, $4, 0 FROM generate_series(0, 1) AS hours`,
    [dayAgo(), id * 8 + 1, amount, price],
  );

describe('the change of a day', () => {
  it('is against the value on the hour a day ago', async () => {
    await run();
    await row('4', '2.5');
    expect(await past()).toEqual(['5', '50', '15', 'string']);
  });

  it('is the whole value, and no percentage, where there was nothing', async () => {
    await run();
    expect(await past()).toEqual(['15', null, '15', 'string']);
  });

  it.each([
    ['no snapshot was taken', async () => undefined],
    ['there was no price', async () => row('4', null)],
    [
      'history is yet to be recomputed',
      async () => {
        await row('4', '2.5');
        await sql(`UPDATE balances SET history_dirty_since = '2024-01-01' WHERE id = $1`, [id]);
      },
    ],
  ])('is unknown where %s', async (_, prepare) => {
    await sql('DELETE FROM snapshot_runs WHERE snapshot_date >= $1', [dayAgo()]);
    await prepare();
    expect((await past()).slice(0, 2)).toEqual([null, null]);
  });
});

it('is unknown where sources disagreed about the price a day ago', async () => {
  await run();
  await row('4', '2.5');
  await sql('UPDATE balances_history SET flags = 4 WHERE id = $1', [id * 8 + 1]);
  expect((await past()).slice(0, 2)).toEqual([null, null]);
});

describe('the highest value', () => {
  const high = (value: string) =>
    sql(`INSERT INTO balance_highs (balance_id, high_usd, high_at) VALUES ($1, $2, '2024-06-01')`, [
      id,
      value,
    ]);

  it('is that of snapshots, or the present one where that is higher', async () => {
    await high('15.01');
    const { body } = await request('GET', `/balance/${uuid}`, { token: user.token });
    expect(body).toMatchObject({ all_time_high_usd: '15.01', all_time_high_at: '2024-06-01T00:00:00.000Z' });
    await sql('UPDATE balance_highs SET high_usd = 14.99 WHERE balance_id = $1', [id]);
    const { body: higher } = await request('GET', `/balance/${uuid}`, { token: user.token });
    expect(higher.all_time_high_usd).toBe('15');
    expect(Date.parse(higher.all_time_high_at)).toBeGreaterThan(Date.parse('2024-06-01'));
  });

  it('is not one that sources disagree about', async () => {
    await high('10');
    await sql(
      `UPDATE tokens SET is_price_disputed = true WHERE id = (SELECT token_id FROM balances WHERE id = $1)`,
      [id],
    );
    expect((await past())[2]).toBe('10');
  });

  it("is by the user's own price, whatever sources say, since they have set it", async () => {
    await high('10');
    await sql(
      `UPDATE tokens SET is_price_disputed = true WHERE id = (SELECT token_id FROM balances WHERE id = $1)`,
      [id],
    );
    const [token] = await sql(
      'SELECT uuid FROM tokens WHERE id = (SELECT token_id FROM balances WHERE id = $1)',
      [id],
    );
    const path = `/prices/${token?.uuid}/override`;
    const { body: own } = await request('PUT', path, { token: user.token, body: { price_usd: '100' } });
    const { body } = await request('GET', `/balance/${uuid}`, { token: user.token });
    expect(body).toMatchObject({ price_state: 'manual', all_time_high_usd: '500' });
    expect(body.all_time_high_at).toBe(own.valid_from);
  });
});

/** R19: many balances are taken shard by shard, through the queue, as the schedule is delivered again and late. */
import { expect, test } from 'vitest';
import { invoke } from '../support/api.ts';
import {
  insertBalance,
  insertChain,
  insertPriceAt,
  insertToken,
  insertUser,
  insertWallet,
  openDatabase,
} from '../support/database.ts';
import { ownPlatform } from '../support/own-platform.ts';

const platform = await ownPlatform();
const { pool, rows } = openDatabase(platform.databaseUrl);

const hourMs = 3_600_000;

/** Some hours of the last ones, for what is delivered after more than a day is made up for. */
const first = (Math.floor(Date.now() / hourMs) - 4) * hourMs;
const hour = (place: number): Date => new Date(first + place * hourMs);

const deliver = async (at: Date) => {
  const event = { scheduled_time: new Date(+at + 5 * 60_000).toISOString() };
  return (await invoke('schedules/hourly-snapshot', event, platform)).result;
};

test('R19: each shard of each hour is taken once, those of a missed hour as well', async () => {
  const chain = await insertChain(pool);
  const token = await insertToken(pool, chain);
  const user = await insertUser(pool);
  const held = [];
  for (const start of [100_000 - 1, 100_000, 250_000]) {
    await pool.query(`SELECT setval(pg_get_serial_sequence('balances', 'id'), $1, false)`, [start]);
    const wallet = await insertWallet(pool, user);
    held.push(await insertBalance(pool, wallet, token, { raw_amount: 10n ** 18n, amount: 1 }));
  }
  await insertPriceAt(pool, token, new Date(+hour(0) - 60_000), 3);
  const taken = async () => {
    const runs = await rows('SELECT * FROM snapshot_runs ORDER BY snapshot_date, shard');
    return runs.map(({ snapshot_date, shard, balances, value_usd, triggered_by }) => [
      ...[Math.round((+snapshot_date - +hour(0)) / hourMs), shard, balances, value_usd, triggered_by],
    ]);
  };
  const run = (place: number, trigger: string) => [0, 1, 2].map((shard) => [place, shard, 1, '3', trigger]);
  expect(await deliver(hour(0))).toMatchObject({ shards: 3, refilled: 0 });
  await deliver(hour(0));
  await expect.poll(taken, { timeout: 20_000 }).toEqual(run(0, 'schedule'));
  expect(await deliver(hour(2))).toMatchObject({ refilled: 3 });
  await deliver(hour(0));
  await expect
    .poll(taken, { timeout: 20_000 })
    .toEqual([...run(0, 'schedule'), ...run(1, 'refill'), ...run(2, 'schedule')]);
  const written = await rows(
    'SELECT id / 8 AS id, count(*)::int AS rows FROM balances_history GROUP BY 1 ORDER BY 1',
  );
  expect(written).toEqual(held.map(({ id }) => ({ id, rows: 3 })));
});

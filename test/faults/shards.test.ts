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

const deliver = async (at: string) =>
  (await invoke('schedules/hourly-snapshot', { scheduled_time: at }, platform)).result;

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
  await insertPriceAt(pool, token, new Date('2024-05-01T12:59:00Z'), 3);
  const taken = () =>
    rows(`SELECT to_char(snapshot_date, 'HH24') AS hour, shard, balances, value_usd, triggered_by
          FROM snapshot_runs ORDER BY 1, 2`);
  const run = (hour: string, triggered_by: string) => [
    { hour, shard: 0, balances: 1, value_usd: '3', triggered_by },
    { hour, shard: 1, balances: 1, value_usd: '3', triggered_by },
    { hour, shard: 2, balances: 1, value_usd: '3', triggered_by },
  ];
  expect(await deliver('2024-05-01T13:05:00Z')).toMatchObject({ shards: 3, refilled: 0 });
  await deliver('2024-05-01T13:05:00Z');
  await expect.poll(taken, { timeout: 20_000 }).toEqual(run('13', 'schedule'));
  expect(await deliver('2024-05-01T15:05:00Z')).toMatchObject({ refilled: 3 });
  await deliver('2024-05-01T13:05:00Z');
  await expect
    .poll(taken, { timeout: 20_000 })
    .toEqual([...run('13', 'schedule'), ...run('14', 'refill'), ...run('15', 'schedule')]);
  const written = await rows(
    'SELECT id / 8 AS id, count(*)::int AS rows FROM balances_history GROUP BY 1 ORDER BY 1',
  );
  expect(written).toEqual(held.map(({ id }) => ({ id, rows: 3 })));
});

/** What of history is kept, for how long. */
import { beforeEach, expect, test, vi } from 'vitest';
import * as config from '#shared/config.ts';
import type { ScheduledType } from '#shared/domain/snapshot.ts';
import { takeSnapshot } from '#shared/usecases/take-snapshot.ts';
import { trimHistory } from '#shared/usecases/trim-history.ts';
import {
  insert,
  insertBalance,
  insertChain,
  insertPriceAt,
  insertToken,
  insertUser,
  insertWallet,
  ownDatabase,
} from '../support/database.ts';

const { pool, db, rows } = await ownDatabase();
const token = await insertToken(pool, await insertChain(pool));
const wallet = await insertWallet(pool, await insertUser(pool));
const balance = await insertBalance(pool, wallet, token, { raw_amount: 10n ** 18n, amount: 1 });

const dayMs = 86_400_000;
// A Sunday, and the first of a month.
const now = new Date('2024-09-01T04:00:00Z');
const ago = (days: number) => new Date(+now - days * dayMs);

const take = (type: ScheduledType, days: number) => takeSnapshot(db, type, { at: ago(days), now: ago(days) });

const kept = async () => {
  const found = await rows('SELECT snapshot_date, id % 8 AS code FROM balances_history ORDER BY 1, 2');
  return found.map(({ snapshot_date, code }) => [Math.round((+now - snapshot_date) / dayMs), Number(code)]);
};

beforeEach(() =>
  pool.query('TRUNCATE balances_history, token_prices').then(() => pool.query('TRUNCATE snapshot_runs')),
);

test('hourly rows go after ninety days, daily ones and those of transactions after two years, chunk by chunk', async () => {
  for (const days of [10, 80, 130, 700, 770, 1500]) {
    for (const type of ['hourly', 'daily', 'weekly', 'monthly'] as const) await take(type, days);
    const transaction = { snapshot_date: ago(days), id: balance.id * 8, amount: 1, realized_pnl_usd: 0 };
    await insert(pool, 'balances_history', transaction);
  }
  await trimHistory(db, now);
  const after = await kept();
  const of = (code: number) => after.filter((row) => row[1] === code).map(([days]) => days);
  expect(of(1)).toEqual([80, 10]);
  for (const code of [0, 2]) expect(of(code)).toEqual([700, 130, 80, 10]);
  expect([of(3).length, of(4).length]).toEqual([6, 6]);
  const runs = await rows(`SELECT count(*)::int AS left FROM snapshot_runs WHERE snapshot_type = 'hourly'`);
  expect(runs).toEqual([{ left: 2 }]);
  expect(await trimHistory(db, now)).toMatchObject({ deleted: 0, dropped: 0, postponed: 0 });
});

test('a chunk of which nothing stays is dropped whole; a setting of 0 keeps all', async () => {
  await take('hourly', 200);
  await take('hourly', 300);
  const given = config.settings();
  const settings = vi.spyOn(config, 'settings');
  settings.mockReturnValue({ ...given, HISTORY_KEEP_HOURLY_DAYS: 0 });
  expect(await trimHistory(db, now)).toMatchObject({ deleted: 0, dropped: 0 });
  expect(await kept()).toHaveLength(2);
  settings.mockReturnValue({ ...given, HISTORY_KEEP_HOURLY_DAYS: 250 });
  expect(await trimHistory(db, now)).toMatchObject({ deleted: 0, dropped: 1 });
  expect(await kept()).toEqual([[200, 1]]);
  settings.mockRestore();
});

test('of prices the last of each hour is kept after a week, and the last of each day after ninety', async () => {
  const at = async (text: string, source = 'a') => insertPriceAt(pool, token, new Date(text), 1, { source });
  for (const day of ['2024-08-30', '2024-08-20', '2024-05-30'])
    for (const time of ['00:00', '00:05', '00:55', '01:00', '01:05', '23:00', '23:30'])
      await at(`${day}T${time}Z`);
  await at('2024-08-20T01:00Z', 'b');
  await trimHistory(db, now);
  const left = await rows('SELECT price_at, source FROM token_prices ORDER BY 1, 2');
  const on = (day: string) =>
    left
      .map(({ price_at, source }) => `${price_at.toISOString().slice(0, 16)}${source}`)
      .filter((text) => text.startsWith(day))
      .map((text) => text.slice(11));
  expect(on('2024-08-30')).toHaveLength(7);
  expect(on('2024-08-20')).toEqual(['00:00a', '01:00a', '01:05a', '23:00a', '23:30a']);
  // Midnight is the end of the day before.
  expect(on('2024-05-30')).toEqual(['00:00a', '23:30a']);
});

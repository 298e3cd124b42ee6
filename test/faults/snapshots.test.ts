/** R20: a shard dies half way. R28: history is dropped while somebody reads it. R19 is in test/usecases/history.properties. */
import { beforeAll, expect, test } from 'vitest';
import { snapshotShard } from '#shared/contract/messages.ts';
import { takeShard, takeSnapshot } from '#shared/usecases/take-snapshot.ts';
import { trimHistory } from '#shared/usecases/trim-history.ts';
import {
  connect,
  insertBalance,
  insertChain,
  insertPriceAt,
  insertToken,
  insertUser,
  insertWallet,
  ownDatabase,
} from '../support/database.ts';
import { killAtEvery } from '../support/doomed.ts';
import { eventOf, messageFor, workersOf } from '../support/workers.ts';

const { url, pool, db, rows } = await ownDatabase();
const chain = await insertChain(pool);
const wallet = await insertWallet(pool, await insertUser(pool));
const at = new Date('2024-05-01T13:00:00Z');
const held = 40;

const variablesOf = await workersOf(url);

beforeAll(async () => {
  for (let count = 0; count < held; count += 1) {
    const token = await insertToken(pool, chain);
    await insertPriceAt(pool, token, new Date(+at - 60_000), count);
    await insertBalance(pool, wallet, token, { raw_amount: 5, amount: 5 });
  }
});

const message = (snapshot_date: Date) => ({
  ...messageFor('0', ''),
  body: JSON.stringify({
    ...{
      snapshot_type: 'hourly',
      snapshot_date: snapshot_date.toISOString(),
      shard: 0,
      triggered_by: 'schedule',
    },
  }),
});

const written = async (instant: Date) => {
  const [counts] = await rows(
    `SELECT (SELECT count(*)::int FROM balances_history WHERE snapshot_date = $1) AS rows,
       (SELECT count(*)::int FROM snapshot_runs WHERE snapshot_date = $1) AS runs`,
    [instant],
  );
  return [counts?.rows, counts?.runs];
};

test('R20: a shard whose worker dies at any moment leaves nothing or all, and comes again whole', async () => {
  const variables = variablesOf('http://127.0.0.1:1', 'http://127.0.0.1:1/none');
  const instant = (dieAt: number) => new Date(+at + dieAt * 60_000);
  const seen = new Set<number>();
  const deaths = await killAtEvery(
    async (dieAt) => ({
      ...{ functionId: `queues/${snapshotShard.id}`, variables },
      ...{ warmUps: [eventOf([message(new Date(0))])], event: eventOf([message(instant(dieAt))]) },
    }),
    async (dieAt) => {
      const [count, runs] = await written(instant(dieAt));
      seen.add(count);
      expect([
        [0, 0],
        [held, 1],
      ]).toContainEqual([count, runs]);
      await takeShard(db, { type: 'hourly', at: instant(dieAt), shard: 0 }, 'schedule');
      expect(await written(instant(dieAt))).toEqual([held, 1]);
    },
  );
  expect(deaths).toBeGreaterThan(3);
  expect([...seen].sort()).toEqual([0, held]);
});

test('R28: a chunk that somebody reads is waited for a second at most, and dropped the next time', async () => {
  await pool.query('TRUNCATE balances_history, snapshot_runs');
  const [old, recent] = [new Date('2020-01-01T00:00:00Z'), new Date('2024-05-01T00:00:00Z')];

  await takeSnapshot(db, 'daily', { at: old, now: old });
  await takeSnapshot(db, 'daily', { at: recent, now: recent });
  const reader = await connect(url);
  await reader.query('BEGIN');
  const { rowCount } = await reader.query('SELECT FROM balances_history WHERE snapshot_date = $1', [old]);
  expect(rowCount).toBe(held);
  const started = performance.now();
  const trimming = trimHistory(db, at);
  // Others read meanwhile, the week that is to go and that which stays, and none of them waits for long.
  const waits: number[] = [];
  while (performance.now() - started < 2_000) {
    const asked = performance.now();
    await pool.query('SELECT FROM balances_history WHERE snapshot_date = ANY($1)', [[old, recent]]);
    waits.push(performance.now() - asked);
  }
  expect(await trimming).toMatchObject({ dropped: 0, postponed: 1 });
  expect(Math.max(...waits)).toBeLessThan(1_800);
  expect(await written(old)).toEqual([held, 1]);
  await reader.query('COMMIT');
  expect(await trimHistory(db, at)).toMatchObject({ dropped: 1, postponed: 0, deleted: 0 });
  expect([await written(old), await written(recent)]).toEqual([
    [0, 0],
    [held, 1],
  ]);
});

/** What is deleted gives its disk back, and nobody who reads or writes meanwhile loses a row or waits. */
import { beforeEach, expect, test } from 'vitest';
import { trimHistory } from '#shared/usecases/trim-history.ts';
import { connect, insertChain, insertToken, ownDatabase } from '../support/database.ts';

const { pool, db, rows, url } = await ownDatabase();
const token = await insertToken(pool, await insertChain(pool));

/** Far behind the month that is written: of its hours nothing stays, of its days everything. */
const now = new Date('2024-09-01T04:00:00Z');
const month = { from: '2024-02-15', to: '2024-03-13T23:00' };

beforeEach(async () => {
  await pool.query('TRUNCATE balances_history, nft_balances_history, token_prices');
  await pool.query(`SELECT drop_chunks(name, '2030-01-01'::timestamptz)
    FROM unnest('{balances_history,nft_balances_history,token_prices}'::regclass[]) AS name`);
});

/** Rows of a month, of so many balances: one an hour, one a day. */
const fill = async (balances: number) => {
  await pool.query(
    `INSERT INTO snapshot_runs (snapshot_date, snapshot_type, shard, triggered_by, balances, priced, stale, disputed,
                                value_usd, unpriced_cost_usd)
     SELECT at, 'hourly', 0, 'schedule', 0, 0, 0, 0, 0, 0 FROM generate_series($1::timestamptz, $2, '1 hour') AS at
     ON CONFLICT DO NOTHING`,
    [month.from, month.to],
  );
  await pool.query(
    `INSERT INTO balances_history (snapshot_date, id, amount, price_usd, cost_basis_usd, realized_pnl_usd)
     SELECT at, balance * 8 + code, balance * 1.25, 2500.125, 1000.5, 12.5
     FROM generate_series($1::timestamptz, $2, '1 hour') AS at, generate_series(1, $3) AS balance, unnest('{1,2}'::int[]) AS code
     WHERE code = 1 OR extract(hour FROM at) = 0 ORDER BY at, code, balance`,
    [month.from, month.to, balances],
  );
};

/** Bytes of a table with its indexes. */
const sizeOf = async (table: string): Promise<number> => {
  const [row] = await rows(`SELECT hypertable_size($1)::float AS bytes`, [table]);
  return row?.bytes;
};

const days = `SELECT count(*)::int AS rows, md5(string_agg(past::text, '' ORDER BY snapshot_date, id)) AS digest
  FROM balances_history AS past WHERE id % 8 = 2`;

test('what stays of a chunk moves together: its rows are the same, and found as before', async () => {
  await fill(150);
  const [before, size] = [await rows(days), await sizeOf('balances_history')];
  expect(await trimHistory(db, now)).toMatchObject({ deleted: 150 * 28 * 24, compacted: 1 });
  expect(await sizeOf('balances_history')).toBeLessThan(size / 10);
  expect(await rows(days)).toEqual(before);
  expect(
    await rows(
      `SELECT count(*)::int AS found FROM balances_history WHERE snapshot_date = '2024-03-01' AND id = 77 * 8 + 2`,
    ),
  ).toEqual([{ found: 1 }]);
  expect(await trimHistory(db, now)).toMatchObject({ deleted: 0, compacted: 0, postponed: 0 });
});

test('R28: who reads meanwhile sees every row each time, and waits for a second at most', async () => {
  await fill(150);
  const [whole] = await rows(days);
  const reader = await connect(url);
  // Whoever would have to wait for longer fails.
  await reader.query(`SET lock_timeout = '1s'`);
  let isDone = false;
  const reading = (async () => {
    const seen: unknown[] = [];
    while (!isDone) seen.push((await reader.query(days)).rows[0]);
    return seen;
  })();
  expect(await trimHistory(db, now)).toMatchObject({ compacted: 1 });
  isDone = true;
  const seen = await reading;
  expect(seen.length).toBeGreaterThan(3);
  expect(seen.filter((found) => JSON.stringify(found) !== JSON.stringify(whole))).toEqual([]);
});

test('a chunk that somebody writes to is left to the next run, and so is what one that was interrupted has left', async () => {
  await fill(150);
  const size = await sizeOf('balances_history');
  const writer = await connect(url);
  await writer.query('BEGIN');
  await writer.query(
    `UPDATE balances_history SET amount = 7 WHERE snapshot_date = '2024-03-01' AND id = 8 + 2`,
  );
  expect(await trimHistory(db, now)).toMatchObject({ compacted: 0, postponed: 1 });
  await writer.query('COMMIT');
  const [chunk] = await rows(`SELECT format('%I.%I', chunk_schema, chunk_name) AS name
    FROM timescaledb_information.chunks WHERE hypertable_name = 'balances_history'`);
  await expect(
    pool.query(`CREATE UNIQUE INDEX CONCURRENTLY ON ${chunk?.name} (price_usd)`),
  ).rejects.toThrow();
  expect(await trimHistory(db, now)).toMatchObject({ compacted: 1, postponed: 0 });
  expect(await sizeOf('balances_history')).toBeLessThan(size / 10);
  expect(await rows('SELECT amount FROM balances_history WHERE amount = 7')).toHaveLength(1);
  expect(await rows('SELECT FROM pg_index WHERE NOT indisvalid')).toEqual([]);
});

test('prices that were thinned give theirs back as well', async () => {
  await pool.query(
    `INSERT INTO token_prices (price_at, token_id, source, price_usd)
     SELECT at, $1, 'test-' || source, 1 FROM generate_series('2024-08-15'::timestamptz, '2024-08-21T23:59', '1 minute') AS at,
       generate_series(1, 5) AS source ORDER BY at`,
    [token.id],
  );
  const size = await sizeOf('token_prices');
  expect((await trimHistory(db, now)).compacted).toBeGreaterThan(0);
  expect(await sizeOf('token_prices')).toBeLessThan(size / 5);
  expect(await rows('SELECT count(*)::int AS left FROM token_prices')).toEqual([{ left: 7 * 24 + 1 }]);
});

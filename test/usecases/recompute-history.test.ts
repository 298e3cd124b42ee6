/** What of history follows a change in the past; that it is what calm snapshots would have written is in history.properties. */
import { beforeEach, expect, test } from 'vitest';
import { markDirty } from '#shared/adapters/db/balance-writes.ts';
import { lockHistory } from '#shared/adapters/db/snapshots.ts';
import { handleRecalculation } from '#shared/usecases/handle-recalculation.ts';
import { recomputeHistory } from '#shared/usecases/recompute-history.ts';
import { takeSnapshot } from '#shared/usecases/take-snapshot.ts';
import {
  insert,
  insertBalance,
  insertChain,
  insertPriceAt,
  insertToken,
  insertUser,
  insertWallet,
  ownDatabase,
  type Row,
} from '../support/database.ts';

const { pool, db, rows } = await ownDatabase();
const chain = await insertChain(pool);
const user = await insertUser(pool);

let token: Row;
let balance: Row;

beforeEach(async () => {
  await pool.query('TRUNCATE balances_history, token_prices');
  await pool.query('TRUNCATE snapshot_runs, balance_highs');
  await pool.query('UPDATE balances SET is_deleted = true, history_dirty_since = NULL');
  token = await insertToken(pool, chain, { decimals: 0 });
  balance = await insertBalance(pool, await insertWallet(pool, user), token);
});

const now = new Date('2024-05-02T06:30:00Z');
const day = (text: string) => new Date(`2024-05-0${text}Z`);

const markSince = async (since: Date) => {
  await markDirty(db, [{ balance_id: balance.id, since: since.toISOString() }]);
  await handleRecalculation(db, balance.uuid);
};

const buy = async (at: Date, amount: number, price: number) => {
  const transaction = await insert(pool, 'transactions', {
    ...{ user_id: user.id, wallet_id: balance.wallet_id, balance_id: balance.id, chain_id: chain.id },
    ...{ token_id: token.id, transaction_type: 'BUY', source: 'manual', timestamp: at, raw_amount: amount },
    ...{ amount, recorded_as: 'amount', price_usd: price },
  });
  await markSince(at);
  return transaction;
};

const priceAt = (at: Date, price_usd: number) => insertPriceAt(pool, token, at, price_usd);

const history = async (code: number) => {
  const found = await rows(
    `SELECT snapshot_date, amount, price_usd, cost_basis_usd, recomputed_at IS NOT NULL AS is_recomputed
     FROM balances_history WHERE id = $1 ORDER BY 1`,
    [Number(balance.id) * 8 + code],
  );
  return found.map((row) => [
    row.snapshot_date.toISOString().slice(8, 16),
    ...[row.amount, row.price_usd, row.cost_basis_usd, row.is_recomputed],
  ]);
};

const dirtySince = async () =>
  (await rows('SELECT history_dirty_since FROM balances WHERE id = $1', [balance.id]))[0]
    ?.history_dirty_since;

test('a change in the past changes what lies behind it, and nothing before; hours only where one was taken', async () => {
  await buy(day('1T02:30'), 1, 10);
  await recomputeHistory(db, day('1T03:00'));
  for (const hour of ['1T03:05', '1T04:05', '1T06:05'])
    await takeSnapshot(db, 'hourly', { at: day(hour), now: day(hour) });
  await pool.query(`DELETE FROM snapshot_runs WHERE snapshot_date = $1`, [day('1T05:00')]);
  await pool.query(`DELETE FROM balances_history WHERE snapshot_date = $1`, [day('1T05:00')]);
  await buy(day('1T03:30'), 2, 5);
  expect(await dirtySince()).toEqual(day('1T03:30'));
  await recomputeHistory(db, now);
  expect(await dirtySince()).toBe(null);
  expect(await history(1)).toEqual([
    ['01T03:00', '1', null, '10', false],
    ['01T04:00', '3', null, '20', true],
    ['01T06:00', '3', null, '20', true],
  ]);
  expect(await history(2)).toEqual([['02T00:00', '3', null, '20', true]]);
  expect(await history(0)).toEqual([
    ['01T02:30', '1', null, '10', true],
    ['01T03:30', '3', null, '20', true],
  ]);
  expect(await recomputeHistory(db, now)).toEqual({ balances: 0, written: 0, deleted: 0 });
});

test('what is taken back leaves no row, and not the highest value either', async () => {
  await priceAt(day('1T02:00'), 7);
  await buy(day('1T02:10'), 1, 10);
  const wrong = await buy(day('1T02:20'), 100, 10);
  await takeSnapshot(db, 'hourly', { at: day('1T03:05'), now: day('1T03:05') });
  await recomputeHistory(db, now);
  const high = () => rows('SELECT high_usd, high_at FROM balance_highs');
  expect(await high()).toEqual([{ high_usd: '707', high_at: day('1T02:20') }]);
  await pool.query('UPDATE transactions SET is_deleted = true WHERE id = $1', [wrong.id]);
  await markSince(day('1T02:20'));
  expect(await recomputeHistory(db, now)).toMatchObject({ balances: 1, deleted: 1 });
  expect(await history(0)).toEqual([['01T02:10', '1', '7', '10', true]]);
  expect(await history(1)).toEqual([['01T03:00', '1', '7', '10', true]]);
  expect(await high()).toEqual([{ high_usd: '7', high_at: day('1T02:10') }]);
});

test('a price that was filled in later is taken where there was none, and no other is touched', async () => {
  await buy(day('1T02:30'), 1, 10);
  await takeSnapshot(db, 'hourly', { at: day('1T03:05'), now: day('1T03:05') });
  await priceAt(day('1T03:30'), 7);
  await takeSnapshot(db, 'hourly', { at: day('1T04:05'), now: day('1T04:05') });
  await priceAt(day('1T02:59'), 5);
  await priceAt(day('1T03:59'), 9);
  await recomputeHistory(db, now);
  expect(await history(1)).toEqual([
    ['01T03:00', '1', '5', '10', true],
    ['01T04:00', '1', '7', '10', false],
  ]);
});

test('history of a deleted wallet is let be', async () => {
  await buy(day('1T02:30'), 1, 10);
  await pool.query('UPDATE balances SET is_deleted = true WHERE id = $1', [balance.id]);
  expect(await recomputeHistory(db, now)).toEqual({ balances: 1, written: 0, deleted: 0 });
  expect(await dirtySince()).toBe(null);
});

/** So many are done at once, as the use case has it. */
const atOnce = 25_000;

test('a long ledger is done a part at a time, and no figure is lost where two parts meet', async () => {
  const many = atOnce + 1_000;
  await pool.query(
    `INSERT INTO transactions (user_id, wallet_id, balance_id, chain_id, token_id, transaction_type, source, source_key,
       "timestamp", raw_amount, amount, recorded_as, price_usd)
     SELECT $1, $2, $3, $4, $5, CASE WHEN nr % 3 = 0 THEN 'SELL' ELSE 'BUY' END, 'import', nr::text,
       $6::timestamptz - nr * interval '7 minutes', nr % 5 + 1, nr % 5 + 1, 'amount', nr % 7 + 1
     FROM generate_series(1, $7::int) AS nr`,
    [user.id, balance.wallet_id, balance.id, chain.id, token.id, now, many],
  );
  await markSince(new Date(0));
  expect(await recomputeHistory(db, now)).toMatchObject({ balances: 1, deleted: 0 });
  expect(await dirtySince()).toBe(null);
  const wrong = await rows(
    `WITH booked AS (
       SELECT at, sum(sum(raw)) OVER (ORDER BY at) AS amount FROM (
         SELECT opened_at AS at, raw_amount AS raw FROM lots WHERE balance_id = $1
         UNION ALL SELECT disposed_at, -raw_amount FROM lot_matches WHERE balance_id = $1 AND lot_sequence IS NOT NULL
       ) AS change GROUP BY at)
     SELECT count(*)::int AS booked, count(past.amount)::int AS written,
       count(*) FILTER (WHERE past.amount <> booked.amount)::int AS wrong
     FROM booked LEFT JOIN balances_history AS past ON past.snapshot_date = at AND past.id = $1::bigint * 8`,
    [balance.id],
  );
  expect(wrong).toEqual([{ booked: many, written: many, wrong: 0 }]);
});

test('one that cannot be recomputed holds no other up, and is not lost', async () => {
  await buy(day('1T02:30'), 1, 10);
  const failing = balance;
  balance = await insertBalance(pool, await insertWallet(pool, user), token);
  await buy(day('1T02:30'), 2, 20);
  await pool.query(`
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused'; END $$;
    CREATE TRIGGER refusing BEFORE INSERT ON balances_history FOR EACH ROW WHEN (NEW.id / 8 = ${failing.id})
      EXECUTE FUNCTION refuse()`);
  await expect(recomputeHistory(db, now)).rejects.toThrow(`the history of balance ${failing.id} was not`);
  expect(await history(0)).toEqual([['01T02:30', '2', null, '40', true]]);
  expect(await dirtySince()).toBe(null);
  await pool.query('DROP TRIGGER refusing ON balances_history');
  expect(await recomputeHistory(db, now)).toMatchObject({ balances: 1 });
});

test('who has gone away from a recomputation does not hold the history of others', async () => {
  await db.transaction(async (tx) => {
    await lockHistory(tx, 50);
    await expect(tx.execute('SELECT pg_sleep(5)')).rejects.toMatchObject({ cause: { code: '57014' } });
  });
});

import { beforeEach, describe, expect, test, vi } from 'vitest';
import { takeHourlySnapshot } from '#shared/usecases/take-snapshot.ts';
import { invoke } from '../support/api.ts';
import {
  insertBalance,
  insertChain,
  insertToken,
  insertUser,
  insertWallet,
  openDatabase,
  ownDatabase,
  type Row,
} from '../support/database.ts';

// A snapshot is of every balance there is, so not in the database that other files work on.
const { pool, db, rows } = await ownDatabase();
const shared = openDatabase();

const wallet = await insertWallet(pool, await insertUser(pool));
const chain = await insertChain(pool);

const one = 10n ** 18n;

/** A balance of a token of its own. */
const hold = async (values: Row, price: string | null = '2', at = { pool, wallet, chain }): Promise<Row> => {
  const token = await insertToken(at.pool, at.chain, { current_price_usd: price });
  return insertBalance(at.pool, at.wallet, token, values);
};

const whole = (amount: number, values: Row = {}): Row => ({
  raw_amount: (BigInt(amount) * one).toString(),
  amount,
  ...values,
});

const historyOf = (balance: Row) =>
  rows(
    `SELECT snapshot_date, snapshot_type, user_id, amount, price_usd, cost_basis_usd, realized_pnl_usd,
       unrealized_pnl_usd FROM balances_history WHERE balance_id = $1 ORDER BY snapshot_date`,
    [balance.id],
  );

const hour = '2024-05-01T13:00:00.000Z';

const take = (at = '2024-05-01T13:05:00Z') => takeHourlySnapshot(db, new Date(at));

beforeEach(() => pool.query('DELETE FROM balances_history; DELETE FROM balances'));

describe('a snapshot', () => {
  test('writes what is held, at what it is worth', async () => {
    const balance = await hold(
      whole(3, { cost_basis_usd: '4.5', realized_pnl_usd: '-1.25' }),
      '2.000000000000000001',
    );
    expect(await take()).toEqual({ snapshot_date: hour, written: 1 });
    expect(await historyOf(balance)).toEqual([
      {
        snapshot_date: new Date(hour),
        snapshot_type: 'hourly',
        user_id: wallet.user_id,
        amount: '3',
        price_usd: '2.000000000000000001',
        cost_basis_usd: '4.5',
        realized_pnl_usd: '-1.25',
        unrealized_pnl_usd: '1.500000000000000003',
      },
    ]);
  });

  test('is exact where amount and price have all their places', async () => {
    const amount = '123456789012345678901234567890.123456789012345678';
    const values = {
      raw_amount: amount.replace('.', ''),
      amount,
      cost_basis_usd: '0.000000000000000000000000000000000001',
    };
    const balance = await hold(values, '98765.432109876543210987');
    await take();
    const [row] = await historyOf(balance);
    const value = BigInt(values.raw_amount) * 98765432109876543210987n - 1n;
    expect(BigInt(row?.unrealized_pnl_usd.replace('.', ''))).toBe(value);
    expect(row?.unrealized_pnl_usd.split('.')[1]).toHaveLength(36);
  });

  test('is one statement, however many balances there are', async () => {
    for (let count = 0; count < 7; count += 1) await hold(whole(1));
    const connection = await pool.connect();
    connection.release();
    const query = vi.spyOn(pool, 'query');
    expect((await take()).written).toBe(7);
    expect(query).toHaveBeenCalledOnce();
    query.mockRestore();
  });
});

describe('what is unknown stays unknown', () => {
  test('without a price there is no price and no unrealized gain', async () => {
    const balance = await hold(whole(3, { cost_basis_usd: 5 }), null);
    await take();
    expect(await historyOf(balance)).toMatchObject([
      { amount: '3', price_usd: null, cost_basis_usd: '5', unrealized_pnl_usd: null },
    ]);
  });

  test('with part of the basis unknown the known part stands, and the gain is null', async () => {
    const balance = await hold(whole(3, { cost_basis_usd: 5, unknown_basis_raw_amount: one.toString() }));
    await take();
    expect(await historyOf(balance)).toMatchObject([{ cost_basis_usd: '5', unrealized_pnl_usd: null }]);
  });

  test('with all of the basis unknown the cost is null, not zero', async () => {
    const balance = await hold(whole(3, { unknown_basis_raw_amount: (3n * one).toString() }));
    await take();
    expect(await historyOf(balance)).toMatchObject([
      { price_usd: '2', cost_basis_usd: null, unrealized_pnl_usd: null },
    ]);
  });
});

describe('what stays out', () => {
  test('empty balances, dust and what is deleted; the threshold itself is in', async () => {
    const out = [
      await hold({ raw_amount: 0, amount: 0 }),
      await hold({ raw_amount: '999999999999', amount: '0.000000999999999999' }),
      await hold(whole(5, { is_deleted: true })),
    ];
    const balance = await hold({ raw_amount: '1000000000000', amount: '0.000001' });
    expect((await take()).written).toBe(1);
    for (const absent of out) expect(await historyOf(absent)).toEqual([]);
    expect(await historyOf(balance)).toHaveLength(1);
  });
});

describe('the hour', () => {
  test('is the one that was scheduled, however late the delivery', async () => {
    const balance = await hold(whole(1));
    expect(await take('2024-05-01T13:59:59.999Z')).toEqual({ snapshot_date: hour, written: 1 });
    expect(await historyOf(balance)).toMatchObject([{ snapshot_date: new Date(hour) }]);
  });

  test('is written once: a second delivery changes nothing, whatever has changed since', async () => {
    const balance = await hold(whole(1));
    await take('2024-05-01T13:05:00Z');
    const before = await historyOf(balance);
    await pool.query('UPDATE balances SET amount = 9');
    expect(await take('2024-05-01T13:05:00Z')).toEqual({ snapshot_date: hour, written: 0 });
    expect(await take('2024-05-01T13:00:00Z')).toEqual({ snapshot_date: hour, written: 0 });
    expect(await historyOf(balance)).toEqual(before);
  });

  test('delivered twice at once is written once', async () => {
    for (let count = 0; count < 5; count += 1) await hold(whole(1));
    const results = await Promise.all([take(), take(), take()]);
    expect(results.reduce((sum, { written }) => sum + written, 0)).toBe(5);
    expect(await rows('SELECT FROM balances_history')).toHaveLength(5);
  });

  test('before and after are hours of their own, also before 1970 and on other continents', async () => {
    const balance = await hold(whole(1));
    for (const at of ['2024-05-01T14:00:00Z', '2024-05-01T18:29:00+05:30', '1969-12-31T23:59:00Z'])
      await take(at);
    expect((await historyOf(balance)).map(({ snapshot_date }) => snapshot_date.toISOString())).toEqual([
      '1969-12-31T23:00:00.000Z',
      '2024-05-01T12:00:00.000Z',
      '2024-05-01T14:00:00.000Z',
    ]);
  });

  test('keeps apart the rows of other kinds of snapshot', async () => {
    const balance = await hold(whole(1));
    await pool.query(
      `INSERT INTO balances_history (snapshot_date, id, balance_id, user_id, snapshot_type, amount, realized_pnl_usd)
       VALUES ($1, $2::bigint * 8 + 2, $2, $3, 'daily', 1, 0)`,
      [hour, balance.id, wallet.user_id],
    );
    expect((await take()).written).toBe(1);
    expect((await historyOf(balance)).map(({ snapshot_type }) => snapshot_type).sort()).toEqual([
      'daily',
      'hourly',
    ]);
  });
});

test('the scheduled function of the platform does the same', async () => {
  const at = {
    pool: shared.pool,
    wallet: await insertWallet(shared.pool, await insertUser(shared.pool)),
    chain: await insertChain(shared.pool),
  };
  const balance = await hold(whole(2), '3', at);
  const event = { scheduled_time: '1999-03-04T05:05:00Z' };
  const { result } = await invoke('schedules/hourly-snapshot', event);
  expect(result.snapshot_date).toBe('1999-03-04T05:00:00.000Z');
  expect(result.written).toBeGreaterThan(0);
  await shared.pool.query('UPDATE balances SET amount = 9 WHERE id = $1', [balance.id]);
  await invoke('schedules/hourly-snapshot', event);
  const written = await shared.rows('SELECT * FROM balances_history WHERE balance_id = $1', [balance.id]);
  expect(written).toHaveLength(1);
  expect(written[0]).toMatchObject({ amount: '2', price_usd: '3', snapshot_type: 'hourly' });
});

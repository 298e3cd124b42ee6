import { beforeEach, describe, expect, test } from 'vitest';
import type { ScheduledType } from '#shared/domain/snapshot.ts';
import { takeShard, takeSnapshot } from '#shared/usecases/take-snapshot.ts';
import { invoke } from '../support/api.ts';
import {
  insert,
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
const hour = '2024-05-01T13:00:00.000Z';
const minutesBefore = (minutes: number, at = hour) => new Date(Date.parse(at) - minutes * 60_000);

const priced = (token: Row, price: string, minutes = 4, values: Row = {}, client = pool) =>
  insert(client, 'token_prices', {
    ...{ token_id: token.id, price_usd: price, price_at: minutesBefore(minutes), source: 'test' },
    ...values,
  });

/** A balance of a token of its own, which had a price a few minutes before the hour. */
const hold = async (values: Row, price: string | null = '2', at = { pool, wallet, chain }): Promise<Row> => {
  const token = await insertToken(at.pool, at.chain);
  if (price !== null) await priced(token, price, 4, {}, at.pool);
  return insertBalance(at.pool, at.wallet, token, values);
};

const whole = (amount: number, values: Row = {}): Row => ({
  raw_amount: (BigInt(amount) * one).toString(),
  amount,
  ...values,
});

const historyOf = (balance: Row) =>
  rows(
    `SELECT snapshot_date, id % 8 AS code, flags, amount, price_usd, cost_basis_usd, realized_pnl_usd
     FROM balances_history WHERE id / 8 = $1 ORDER BY snapshot_date, id`,
    [balance.id],
  );

const take = (at = '2024-05-01T13:05:00Z', type: ScheduledType = 'hourly') =>
  takeSnapshot(db, type, new Date(at));

beforeEach(() =>
  pool
    .query('TRUNCATE balances_history, nft_balances_history, cex_balances_history, token_prices')
    .then(() => pool.query('TRUNCATE snapshot_runs, balance_highs, price_overrides'))
    .then(() => pool.query('DELETE FROM lots; DELETE FROM lot_matches; DELETE FROM balances')),
);

describe('a snapshot', () => {
  test('writes what is held, at what it was worth on the hour', async () => {
    const balance = await hold(
      whole(3, { cost_basis_usd: '4.5', realized_pnl_usd: '-1.25' }),
      '2.000000000000000001',
    );
    expect(await take()).toEqual({ snapshot_date: hour, shards: 1, refilled: 0, balances: 1 });
    expect(await historyOf(balance)).toEqual([
      {
        ...{
          snapshot_date: new Date(hour),
          code: '1',
          flags: 0,
          amount: '3',
          price_usd: '2.000000000000000001',
        },
        ...{ cost_basis_usd: '4.5', realized_pnl_usd: '-1.25' },
      },
    ]);
  });

  test('tells how complete its prices were', async () => {
    await hold(whole(3));
    await hold(whole(5, { cost_basis_usd: '7.5' }), null);
    const disputed = await hold(whole(1), null);
    await priced({ id: disputed.token_id }, '9', 70, { is_disputed: true });
    await take();
    expect(await rows('SELECT * FROM snapshot_runs')).toMatchObject([
      {
        ...{ snapshot_date: new Date(hour), snapshot_type: 'hourly', shard: 0, triggered_by: 'schedule' },
        ...{ balances: 3, priced: 2, stale: 1, disputed: 1, value_usd: '15', unpriced_cost_usd: '7.5' },
      },
    ]);
  });

  test('shows what was, not what is: lots and matches of later are taken back', async () => {
    const after = new Date('2024-05-01T13:02:00Z');
    const balance = await hold(
      whole(3, { cost_basis_usd: '31', realized_pnl_usd: '4', booked_at: after, updated_at: after }),
    );
    const own = { user_id: wallet.user_id, balance_id: balance.id, transaction_id: 1, acquired_at: after };
    const lot = {
      ...own,
      kind: 'BUY',
      basis_known: true,
      remaining_raw_amount: 0,
      lump_usd: 1,
      remaining_lump_usd: 0,
    };
    await insert(pool, 'lots', {
      ...{
        ...lot,
        sequence: 1,
        opened_at: minutesBefore(60),
        raw_amount: (5n * one).toString(),
        unit_price_usd: 6,
      },
    });
    await insert(pool, 'lots', {
      ...{ ...lot, sequence: 2, opened_at: after, raw_amount: (2n * one).toString(), unit_price_usd: 9 },
    });
    await insert(pool, 'lot_matches', {
      ...{
        ...own,
        sequence: 1,
        lot_sequence: 1,
        kind: 'SELL',
        raw_amount: (4n * one).toString(),
        lump_usd: 0,
      },
      ...{ cost_usd: 24, proceeds_usd: 28, disposed_at: after },
    });
    await take();
    expect(await historyOf(balance)).toMatchObject([
      { amount: '5', cost_basis_usd: '36', realized_pnl_usd: '0' },
    ]);
  });

  test('keeps what a closed position has gained', async () => {
    const balance = await hold({ realized_pnl_usd: '12.5' });
    await take();
    expect(await historyOf(balance)).toMatchObject([
      { amount: '0', cost_basis_usd: '0', realized_pnl_usd: '12.5' },
    ]);
  });
});

describe('the price', () => {
  const flagsAt = async (balance: Row) =>
    (await historyOf(balance)).map(({ price_usd, flags }) => [price_usd, flags]);

  test.each([
    [0, '7', 0],
    [60, '7', 0],
    [61, '7', 2],
    [1439, '7', 2],
    [1440, null, 0],
    [-1, null, 0],
  ])('of %d minutes before is %s, flagged %d', async (minutes, price, flags) => {
    const balance = await hold(whole(1), null);
    await priced({ id: balance.token_id }, '7', minutes);
    await take();
    expect(await flagsAt(balance)).toEqual([[price, flags]]);
  });

  test('is the last; of one moment that of the first source; and tells that sources disagreed', async () => {
    const balance = await hold(whole(1), '1');
    await priced({ id: balance.token_id }, '3', 2, { source: 'b' });
    await priced({ id: balance.token_id }, '2', 2, { source: 'a', is_disputed: true });
    await take();
    expect(await flagsAt(balance)).toEqual([['2', 4]]);
  });

  test("is the user's own while they say so", async () => {
    const own = (balance: Row, valid_from: Date, valid_to: Date | null) =>
      insert(pool, 'price_overrides', {
        ...{ user_id: balance.user_id, token_id: balance.token_id, price_usd: 0, valid_from, valid_to },
      });
    const [over, holding, other] = [await hold(whole(1)), await hold(whole(1)), await hold(whole(1))];
    await own(over, minutesBefore(60), minutesBefore(0));
    await own(holding, minutesBefore(0), null);
    const stranger = await insertUser(pool);
    await own({ ...other, user_id: stranger.id }, minutesBefore(60), null);
    await take();
    expect([await flagsAt(over), await flagsAt(holding), await flagsAt(other)]).toEqual([
      [['2', 0]],
      [['0', 8]],
      [['2', 0]],
    ]);
  });
});

describe('what is unknown stays unknown', () => {
  test('with part of the basis unknown the known part stands, and is flagged', async () => {
    const balance = await hold(whole(3, { cost_basis_usd: 5, unknown_basis_raw_amount: one.toString() }));
    await take();
    expect(await historyOf(balance)).toMatchObject([{ cost_basis_usd: '5', flags: 1 }]);
  });

  test('with all of the basis unknown the cost is null, not zero', async () => {
    const balance = await hold(whole(3, { unknown_basis_raw_amount: (3n * one).toString() }));
    await take();
    expect(await historyOf(balance)).toMatchObject([{ price_usd: '2', cost_basis_usd: null, flags: 1 }]);
  });
});

test('empty balances, dust and what is deleted stay out; the threshold itself is in', async () => {
  const out = [
    await hold({ raw_amount: 0, amount: 0 }),
    await hold({ raw_amount: '999999999999', amount: '0.000000999999999999' }),
    await hold(whole(5, { is_deleted: true })),
  ];
  const balance = await hold({ raw_amount: '1000000000000', amount: '0.000001' });
  expect((await take()).balances).toBe(1);
  for (const absent of out) expect(await historyOf(absent)).toEqual([]);
  expect(await historyOf(balance)).toHaveLength(1);
});

describe('the instant', () => {
  test.each([
    ['hourly', '2024-05-01T13:59:59.999Z', '2024-05-01T13:00:00.000Z'],
    ['hourly', '2024-05-01T18:29:00+05:30', '2024-05-01T12:00:00.000Z'],
    ['daily', '2024-05-01T00:15:00Z', '2024-05-01T00:00:00.000Z'],
    ['weekly', '2024-05-05T01:00:00Z', '2024-05-05T00:00:00.000Z'],
    ['weekly', '2024-05-04T23:59:00Z', '2024-04-28T00:00:00.000Z'],
    ['monthly', '2024-03-01T02:00:00Z', '2024-03-01T00:00:00.000Z'],
  ] as const)('of what is due %s at %s is %s', async (type, at, instant) => {
    await hold(whole(1));
    expect((await take(at, type)).snapshot_date).toBe(instant);
    const taken = await rows('SELECT snapshot_date, id % 8 AS code FROM balances_history');
    const code = { hourly: '1', daily: '2', weekly: '3', monthly: '4' }[type];
    expect(taken).toEqual([{ snapshot_date: new Date(instant), code }]);
  });

  test('is written once: a second delivery changes nothing, whatever has changed since', async () => {
    const balance = await hold(whole(1));
    await take();
    const before = await historyOf(balance);
    await pool.query('UPDATE balances SET amount = 9');
    expect(await take()).toMatchObject({ balances: 0 });
    expect(await take('2024-05-01T13:55:00Z')).toMatchObject({ balances: 0 });
    expect(await historyOf(balance)).toEqual(before);
  });

  test('delivered thrice at once is written once', async () => {
    for (let count = 0; count < 5; count += 1) await hold(whole(1));
    const results = await Promise.all([take(), take(), take()]);
    expect(results.reduce((sum, { balances }) => sum + balances, 0)).toBe(5);
    expect(await rows('SELECT FROM balances_history')).toHaveLength(5);
    expect(await rows('SELECT FROM snapshot_runs')).toHaveLength(1);
  });
});

describe('what was missed', () => {
  const runs = () => rows('SELECT snapshot_date, triggered_by FROM snapshot_runs ORDER BY 1');

  test('since the first is filled by the next, as it was then, and marked so', async () => {
    const balance = await hold(whole(1));
    await take();
    expect(await take('2024-05-01T16:05:00Z')).toMatchObject({ refilled: 2 });
    expect(
      (await runs()).map(({ snapshot_date, triggered_by }) => [snapshot_date.getUTCHours(), triggered_by]),
    ).toEqual([
      [13, 'schedule'],
      [14, 'refill'],
      [15, 'refill'],
      [16, 'schedule'],
    ]);
    expect((await historyOf(balance)).map(({ price_usd, flags }) => [price_usd, flags])).toEqual([
      ['2', 0],
      ...[14, 15, 16].map(() => ['2', 2]),
    ]);
    expect(await take('2024-05-01T12:05:00Z')).toMatchObject({ refilled: 0 });
  });

  test('is looked for in the two days before', async () => {
    await hold(whole(1));
    await take();
    expect(await take('2024-05-04T13:05:00Z')).toMatchObject({ refilled: 48 });
  });
});

test('NFTs and what lies at exchanges are written along, at their prices', async () => {
  const token = await insertToken(pool, chain);
  await priced(token, '3');
  const exchange = await insert(pool, 'exchanges', { short_name: 'x', name: 'X' });
  const own = { user_id: wallet.user_id };
  const account = await insert(pool, 'cex_accounts', { ...own, exchange_id: exchange.id, name: 'Mine' });
  const sub = await insert(pool, 'cex_subaccounts', { ...own, cex_account_id: account.id, name: 'Spot' });
  const created_at = minutesBefore(600);
  const lying = { ...own, cex_subaccount_id: sub.id, created_at };
  const cex = [
    await insert(pool, 'cex_balances', { ...lying, symbol: 'T', token_id: token.id, amount: '1.5' }),
    await insert(pool, 'cex_balances', { ...lying, symbol: 'U', amount: 2 }),
    await insert(pool, 'cex_balances', { ...lying, symbol: 'V', amount: 2, created_at: minutesBefore(-1) }),
  ];
  const nft = await insert(pool, 'nft_balances', {
    ...{ ...own, wallet_id: wallet.id, chain_id: chain.id, contract_address: '0x', nft_id: '1', amount: 1 },
    ...{ floor_price_usd: '12.5', cost_basis_usd: 4, created_at },
  });
  await take();
  expect(await rows('SELECT id, amount, price_usd FROM cex_balances_history ORDER BY id')).toEqual([
    { id: String(cex[0]?.id * 8 + 1), amount: '1.5', price_usd: '3' },
    { id: String(cex[1]?.id * 8 + 1), amount: '2', price_usd: null },
  ]);
  expect(await rows('SELECT id, amount, floor_price_usd, cost_basis_usd FROM nft_balances_history')).toEqual([
    { id: String(nft.id * 8 + 1), amount: '1', floor_price_usd: '12.5', cost_basis_usd: '4' },
  ]);
});

test('the day raises the highest values, and what sources disagree about does not', async () => {
  const balance = await hold(whole(2), '5');
  await take();
  await priced({ id: balance.token_id }, '4', -55);
  await take('2024-05-01T14:05:00Z');
  await priced({ id: balance.token_id }, '900', -115, { is_disputed: true });
  await take('2024-05-01T15:05:00Z');
  await take('2024-05-02T00:15:00Z', 'daily');
  const highs = () => rows('SELECT balance_id, high_usd, high_at FROM balance_highs');
  const high = { balance_id: balance.id, high_usd: '10', high_at: new Date(hour) };
  expect(await highs()).toEqual([high]);
  await takeShard(db, { type: 'daily', at: new Date('2024-05-03T00:00:00Z'), shard: 0 }, 'schedule');
  expect(await highs()).toEqual([high]);
});

test('the scheduled function of the platform does the same', async () => {
  const at = {
    pool: shared.pool,
    wallet: await insertWallet(shared.pool, await insertUser(shared.pool)),
    chain: await insertChain(shared.pool),
  };
  const balance = await hold(whole(2), null, at);
  const event = { scheduled_time: '1999-03-04T05:05:00Z' };
  const price_at = new Date('1999-03-04T04:59:00Z');
  await priced({ id: balance.token_id }, '3', 0, { price_at }, shared.pool);
  const { result } = await invoke('schedules/hourly-snapshot', event);
  expect(result.snapshot_date).toBe('1999-03-04T05:00:00.000Z');
  await invoke('schedules/hourly-snapshot', event);
  const written = await shared.rows('SELECT * FROM balances_history WHERE id / 8 = $1', [balance.id]);
  expect(written.map(({ amount, price_usd }) => [amount, price_usd])).toEqual([['2', '3']]);
});

import { describe, expect, test } from 'vitest';
import { invoke } from '../support/api.ts';
import {
  insert,
  insertBalance,
  insertChain,
  insertToken,
  insertUser,
  insertWallet,
  openDatabase,
} from '../support/database.ts';
import { hour, insertPrice, minutesBefore, one, openSnapshots, whole } from '../support/snapshots.ts';

const { pool, rows, wallet, hold, priced, historyOf, take } = await openSnapshots();
const shared = openDatabase();

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
        ...{ balances: 3, priced: 2, stale: 1, disputed: 1, value_usd: '6', unpriced_cost_usd: '7.5' },
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

  test('is looked for as far back as it is kept, a part at a time', async () => {
    await hold(whole(1));
    await take();
    expect(await take('2024-05-28T13:05:00Z')).toMatchObject({ refilled: 500 });
    expect(await take('2024-05-28T14:05:00Z')).toMatchObject({ refilled: 27 * 24 - 1 - 500 });
    expect(await take('2024-05-28T15:05:00Z')).toMatchObject({ refilled: 0 });
    expect(await take('2024-12-28T13:05:00Z')).toMatchObject({ refilled: 500 });
    const [first] = await rows(
      `SELECT min(snapshot_date) AS at FROM snapshot_runs WHERE snapshot_date > '2024-06-01'`,
    );
    expect(first?.at).toEqual(new Date('2024-09-29T13:00:00Z'));
  });
});

describe('what is delivered at another time', () => {
  const triggers = async () =>
    (await rows('SELECT triggered_by FROM snapshot_runs ORDER BY snapshot_date')).map(
      ({ triggered_by }) => triggered_by,
    );

  test('than within a day is made up for, and nothing begins with it', async () => {
    await hold(whole(1));
    await take('2024-05-01T13:05:00Z', 'hourly', '2024-05-02T13:05:00Z');
    await take('2024-05-01T03:05:00Z', 'hourly', '2024-05-02T13:05:00Z');
    expect(await triggers()).toEqual(['refill', 'schedule']);
    expect(await take('2024-05-01T15:05:00Z')).toMatchObject({ refilled: 1 });
  });

  test('than it can be of is refused, and nothing is written', async () => {
    await hold(whole(1));
    await expect(take('2024-05-01T14:05:00Z', 'hourly', '2024-05-01T13:59:59Z')).rejects.toThrow(
      'not come yet',
    );
    expect(await triggers()).toEqual([]);
    await take('2024-05-01T14:05:00Z', 'hourly', '2024-05-01T14:00:00Z');
    expect(await triggers()).toEqual(['schedule']);
  });
});

test('the scheduled function of the platform does the same', async () => {
  const client = shared.pool;
  const place = await insertWallet(client, await insertUser(client));
  const token = await insertToken(client, await insertChain(client));
  const balance = await insertBalance(client, place, token, whole(2));
  const event = { scheduled_time: '1999-03-04T05:05:00Z' };
  await insertPrice(client, token, '3', 0, { price_at: new Date('1999-03-04T04:59:00Z') });
  const { result } = await invoke('schedules/hourly-snapshot', event);
  expect(result.snapshot_date).toBe('1999-03-04T05:00:00.000Z');
  await invoke('schedules/hourly-snapshot', event);
  // Other tests take snapshots here too, and these refill hours.
  const written = await shared.rows(
    `SELECT * FROM balances_history WHERE id / 8 = $1 AND snapshot_date = '1999-03-04T05:00:00Z'`,
    [balance.id],
  );
  expect(written.map(({ amount, price_usd }) => [amount, price_usd])).toEqual([['2', '3']]);
});

import { describe, expect, test } from 'vitest';
import type { HistoryOf } from '#shared/adapters/db/history-scope.ts';
import { shardSize } from '#shared/domain/snapshot.ts';
import { type HistoryQuery, pageSums } from '#shared/usecases/read-history.ts';
import { insert, insertUser, insertWallet } from '../support/database.ts';
import { day, historyShelf, now } from '../support/history-shelf.ts';

const { pool, db, owner, hold, write, run } = await historyShelf();

const asked = (query: Partial<HistoryQuery>): HistoryQuery => ({
  ...{ interval: 'day', fill: 'none', limit: 200 },
  ...query,
});

const sums = (query: Partial<HistoryQuery>, of: HistoryOf = { walletId: BigInt(owner.wallet.id) }) =>
  pageSums(db, BigInt(owner.user.id), of, asked({ from: day(1), to: day(10), ...query }), now);

const known = { complete: true, realized_complete: true, carried: false, filled: false, recomputed_at: null };
const counts = { unpriced: 0, stale: 0, disputed: 0 };
const nothing = { value_usd: '0', cost_basis_usd: '0', realized_pnl_usd: '0', unrealized_pnl_usd: '0' };
const unknown = {
  value_usd: null,
  cost_basis_usd: null,
  realized_pnl_usd: null,
  unrealized_pnl_usd: null,
};

describe('the history of several balances', () => {
  test('adds up what each was, and tells a gap from nothing', async () => {
    const [one, other] = [await hold({ since: day(2, 5) }), await hold({ since: day(4, 5) })];
    for (const number of [1, 2, 3, 5]) await run(one, day(number));
    await write(one, day(3), { amount: '2', price: '10.5', cost: '15', realized: '1' });
    await write(one, day(5), { amount: '2', price: '11', cost: '15', realized: '1' });
    await write(other, day(5), { amount: '0.5', price: '4', cost: '3', realized: '-0.25' });
    const { items, next_cursor } = await sums({ to: day(5) });
    expect(next_cursor).toBeNull();
    expect(items).toEqual([
      { at: day(1), ...nothing, ...known, ...counts },
      { at: day(2), ...nothing, ...known, ...counts },
      {
        ...{ at: day(3), value_usd: '21', cost_basis_usd: '15' },
        ...{ realized_pnl_usd: '1', unrealized_pnl_usd: '6', ...known, ...counts },
      },
      { at: day(4), ...unknown, ...known, ...counts, complete: false, realized_complete: false },
      {
        ...{ at: day(5), value_usd: '24', cost_basis_usd: '18' },
        ...{ realized_pnl_usd: '0.75', unrealized_pnl_usd: '6', ...known, ...counts },
      },
    ]);
  });

  test('counts each balance once, however many granularities there are of an instant', async () => {
    const balance = await hold();
    for (const type of ['hourly', 'daily', 'weekly'] as const) {
      await run(balance, day(3), { type });
      await write(balance, day(3), { amount: '2', price: '10', cost: '15' }, type);
    }
    const { items } = await sums({ from: day(3), to: day(3) });
    expect(items).toMatchObject([{ value_usd: '20', cost_basis_usd: '15' }]);
  });

  test('values what totals value: verified, priced, undisputed; of spam it knows nothing', async () => {
    const fields = { amount: '1', price: '10', cost: '4', realized: '1' };
    const rest = [
      { token: {}, row: fields },
      { token: {}, row: { ...fields, flags: 2 } },
      { token: {}, row: { ...fields, price: null } },
      { token: {}, row: { ...fields, flags: 4 } },
      { token: { is_verified: false }, row: fields },
      { token: { is_verified: false }, row: { ...fields, price: null } },
      { token: { is_spam: true }, row: { ...fields, realized: '100' } },
    ];
    for (const { token, row } of rest) {
      const balance = await hold({ token });
      await run(balance, day(3));
      await write(balance, day(3), row);
    }
    const { items } = await sums({ from: day(3), to: day(3) });
    expect(items).toEqual([
      {
        ...{
          at: day(3),
          value_usd: '20',
          cost_basis_usd: '8',
          realized_pnl_usd: '6',
          unrealized_pnl_usd: '12',
        },
        ...{ ...known, complete: false, unpriced: 1, stale: 1, disputed: 1 },
      },
    ]);
  });

  test('is unknown, and no zero, where nothing that was held had a price', async () => {
    const balance = await hold();
    for (const number of [3, 4]) await run(balance, day(number));
    await write(balance, day(3), { amount: '1', price: null, cost: '4', realized: '1' });
    await write(balance, day(4), { amount: '1', price: '10', cost: '4', flags: 4 });
    const blank = { value_usd: null, cost_basis_usd: null, unrealized_pnl_usd: null, complete: false };
    expect((await sums({ from: day(3), to: day(4) })).items).toMatchObject([
      { ...blank, realized_pnl_usd: '1', unpriced: 1 },
      { ...blank, disputed: 1 },
    ]);
  });

  test('gives no unrealized gain where a cost is unknown', async () => {
    const balance = await hold();
    await run(balance, day(3));
    await write(balance, day(3), { amount: '1', price: '10', cost: null, flags: 1 });
    expect((await sums({ from: day(3), to: day(3) })).items).toMatchObject([
      { value_usd: '10', cost_basis_usd: '0', unrealized_pnl_usd: null, complete: true },
    ]);
  });

  test('is a gap where any shard was not taken that something was in', async () => {
    const near = await hold();
    await pool.query(`ALTER SEQUENCE balances_id_seq RESTART WITH ${2 * shardSize}`);
    const far = await hold({ since: day(4, 1) });
    for (const number of [3, 4, 5, 6]) await run(near, day(number));
    await run(far, day(2));
    await run(far, day(6));
    const { items } = await sums({ from: day(3), to: day(6) });
    expect(items.map(({ value_usd }) => value_usd)).toEqual(['0', '0', null, '0']);
    await pool.query(`ALTER SEQUENCE balances_id_seq RESTART WITH ${shardSize - 1000}`);
  });

  test('has days from before the first snapshot from the ledger, and hours not', async () => {
    const balance = await hold();
    await write(balance, day(3), { amount: '1', price: '10', cost: '4' }, 'daily');
    await run(balance, day(5, 7));
    const { items } = await sums({ from: day(2), to: day(6) });
    expect(items.map(({ value_usd }) => value_usd)).toEqual(['0', '10', '0', '0', null]);
    const hourly = await sums({ from: day(5, 6), to: day(5, 8), interval: 'hour' });
    expect(hourly.items.map(({ value_usd }) => value_usd)).toEqual([null, '0', null]);
  });

  test('does not begin with a snapshot that was made up for, however old', async () => {
    const balance = await hold();
    await write(balance, day(3), { amount: '1', price: '10', cost: '4' }, 'daily');
    await run(balance, day(1, 7), { by: 'refill' });
    await run(balance, day(5, 7));
    const { items } = await sums({ from: day(2), to: day(6) });
    expect(items.map(({ value_usd }) => value_usd)).toEqual(['0', '10', '0', '0', null]);
    const hourly = await sums({ from: day(1, 6), to: day(1, 8), interval: 'hour' });
    expect(hourly.items.map(({ value_usd, filled }) => [value_usd, filled])).toEqual([
      [null, false],
      ['0', true],
      [null, false],
    ]);
  });

  test('knows nothing of what is no longer kept, but what coarser snapshots say', async () => {
    const balance = await hold({ since: '2020-01-01T00:00:00Z' });
    const old = '2023-11-01T00:00:00.000Z';
    await run(balance, old);
    const ask = () => sums({ from: old, to: old, interval: 'hour' });
    expect((await ask()).items).toMatchObject([{ value_usd: null, complete: false }]);
    await run(balance, old, { type: 'daily' });
    expect((await ask()).items).toMatchObject([{ value_usd: '0', complete: true }]);
    const ancient = { from: '2021-01-01T00:00:00Z', to: '2021-01-04T00:00:00Z' };
    expect((await sums(ancient)).items.map(({ value_usd }) => value_usd)).toEqual([null, null, null, null]);
    expect((await sums({ ...ancient, interval: 'week' })).items).toMatchObject([
      { at: '2021-01-03T00:00:00.000Z', value_usd: '0' },
    ]);
  });

  test('is not complete from where a change of the past is being worked in', async () => {
    const balance = await hold();
    for (const number of [3, 4, 5]) await run(balance, day(number));
    await pool.query('UPDATE balances SET history_dirty_since = $2 WHERE id = $1', [balance.id, day(4)]);
    const { items } = await sums({ from: day(3), to: day(5) });
    expect(items.map(({ complete }) => complete)).toEqual([true, false, false]);
  });

  test('says when points were recomputed, and which were filled in later', async () => {
    const balance = await hold();
    await run(balance, day(3));
    await run(balance, day(4), { by: 'refill' });
    await run(balance, day(5), { by: 'refill' });
    await run(balance, day(5), { type: 'daily' });
    await write(balance, day(4), { amount: '1', price: '1', cost: '1', recomputedAt: day(9, 3) });
    const { items } = await sums({ from: day(3), to: day(5) });
    expect(items.map(({ recomputed_at, filled }) => [recomputed_at, filled])).toEqual([
      [null, false],
      [day(9, 3), true],
      [null, false],
    ]);
  });

  test('carries the last known point into gaps, where that is asked for, and says so', async () => {
    const balance = await hold();
    for (const number of [2, 5]) await run(balance, day(number));
    await write(balance, day(2), { amount: '1', price: '10', cost: '4' });
    const { items } = await sums({ from: day(2), to: day(6), fill: 'previous' });
    expect(items.map(({ value_usd, complete, carried }) => [value_usd, complete, carried])).toEqual([
      ['10', true, false],
      ['10', false, true],
      ['10', false, true],
      ['0', true, false],
      ['0', false, true],
    ]);
    const later = await sums({ from: day(3), to: day(3), fill: 'previous' });
    expect(later.items).toEqual([items[1]]);
  });

  test('is read page by page as at once', async () => {
    const balance = await hold();
    for (const number of [1, 2, 5, 6, 9]) await run(balance, day(number));
    await write(balance, day(2), { amount: '1', price: '10', cost: '4' });
    for (const fill of ['none', 'previous'] as const) {
      const whole = (await sums({ fill })).items;
      expect(whole).toHaveLength(10);
      const pages = [];
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const page = await sums({ fill, limit: 3, ...(cursor ? { cursor } : {}) });
        pages.push(...page.items);
        cursor = page.next_cursor;
      }
      expect(pages).toEqual(whole);
    }
  });

  test('as of a moment is the one point before it', async () => {
    const balance = await hold();
    await run(balance, day(10));
    await write(balance, day(10), { amount: '1', price: '10', cost: '4' });
    const asOf = (as_of: string, interval: HistoryQuery['interval']) =>
      pageSums(db, BigInt(owner.user.id), { everything: true }, asked({ as_of, interval }), now);
    const { items, next_cursor } = await asOf(day(10, 23), 'day');
    expect(next_cursor).toBeNull();
    expect(items).toMatchObject([{ at: day(10), value_usd: '10' }]);
    // The tenth was a Sunday.
    expect((await asOf(day(16, 23), 'week')).items).toMatchObject([{ at: day(10), value_usd: '10' }]);
    expect((await asOf(day(16, 23), 'month')).items).toMatchObject([{ at: day(1) }]);
    expect((await asOf('2025-01-01T00:00:00Z', 'hour')).items).toMatchObject([{ at: day(20, 12) }]);
  });

  test('ends now, and refuses what makes no range', async () => {
    const { items } = await sums({ from: day(19), to: day(30) });
    expect(items.map(({ at }) => at)).toEqual([day(19), day(20)]);
    await expect(sums({ from: day(5), to: day(4) })).rejects.toThrow('from: expected a time before `to`');
    await expect(sums({ from: '2022-01-01T00:00:00Z', interval: 'hour' })).rejects.toThrow(
      'at most 366 days',
    );
  });

  test('is of those wallets only that are asked for', async () => {
    const elsewhere = await insertWallet(pool, owner.user);
    const stranger = await insertWallet(pool, await insertUser(pool));
    for (const inside of [owner.wallet, elsewhere, stranger]) {
      const balance = await hold({ inside });
      await run(balance, day(3));
      await write(balance, day(3), { amount: '1', price: '10', cost: '4' });
    }
    const portfolio = await insert(pool, 'portfolios', {
      user_id: owner.user.id,
      name: 'All',
      cost_basis_method: 'FIFO',
    });
    await insert(pool, 'portfolio_wallets', { portfolio_id: portfolio.id, wallet_id: elsewhere.id });
    const range = { from: day(3), to: day(3) };
    expect((await sums(range)).items[0]?.value_usd).toBe('10');
    expect((await sums(range, { portfolioId: BigInt(portfolio.id) })).items[0]?.value_usd).toBe('10');
    expect((await sums(range, { everything: true })).items[0]?.value_usd).toBe('20');
  });
});

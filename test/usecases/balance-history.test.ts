import { describe, expect, test } from 'vitest';
import { type HistoryQuery, pageBalanceHistory } from '#shared/usecases/read-history.ts';
import { insert, insertBalance, insertToken, type Row } from '../support/database.ts';
import { day, historyShelf, now } from '../support/history-shelf.ts';

const { pool, db, chain, owner, hold, write, run } = await historyShelf();

const known = { complete: true, realized_complete: true, carried: false, filled: false, recomputed_at: null };

describe('the history of one balance', () => {
  const history = (balance: Row, query: Partial<HistoryQuery<HistoryQuery['interval'] | 'transaction'>>) =>
    pageBalanceHistory(
      db,
      BigInt(owner.user.id),
      balance.uuid,
      { interval: 'day', fill: 'none', limit: 200, from: day(1), to: day(10), ...query },
      now,
    );

  test('says how much there was, at which price, and what to think of that', async () => {
    const balance = await hold({ token: { is_verified: false, is_spam: true } });
    const written = [
      { flags: 0, price: '10' },
      { flags: 2, price: '10' },
      { flags: 4, price: '10' },
      { flags: 8, price: '10' },
      { flags: 0, price: null },
    ];
    for (const [place, row] of written.entries()) {
      await run(balance, day(place + 1));
      await write(balance, day(place + 1), { amount: '3', cost: '7', ...row });
    }
    await run(balance, day(7));
    const { items } = await history(balance, { to: day(7) });
    expect(items[0]).toEqual({
      ...{ at: day(1), amount: '3', price_usd: '10', price_source: null, price_at: null },
      ...{ price_state: 'current', value_usd: '30' },
      ...{ cost_basis_usd: '7', realized_pnl_usd: '0', unrealized_pnl_usd: '23', ...known },
    });
    expect(items.map(({ price_state }) => price_state)).toEqual([
      ...['current', 'stale', 'disputed', 'manual', 'none', 'none', 'none'],
    ]);
    expect(items.map(({ value_usd, complete }) => [value_usd, complete])).toEqual([
      ['30', true],
      ['30', true],
      ['30', false],
      ['30', true],
      [null, false],
      [null, false],
      ['0', true],
    ]);
    expect(items.slice(4).map(({ amount }) => amount)).toEqual(['3', null, '0']);
  });

  test('has a point at each of its transactions, to the microsecond', async () => {
    const balance = await hold();
    const times = [
      '2024-03-02T10:00:00.000001Z',
      '2024-03-02T10:00:00.000002Z',
      '2024-03-03T00:00:00Z',
      day(9),
    ];
    for (const [place, timestamp] of times.entries()) {
      await insert(pool, 'transactions', {
        ...{ user_id: owner.user.id, wallet_id: owner.wallet.id, balance_id: balance.id, chain_id: chain.id },
        ...{ token_id: balance.token_id, transaction_type: 'BUY', source: 'manual', timestamp },
        ...{ raw_amount: 1, amount: '0.5', recorded_as: 'amount' },
      });
      if (place < 3)
        await write(balance, timestamp, { amount: `${place + 1}`, price: '2', cost: '1' }, 'transaction');
    }
    await pool.query('UPDATE balances SET history_dirty_since = $2 WHERE id = $1', [balance.id, day(9)]);
    const ask = (query: object) => history(balance, { interval: 'transaction', ...query });
    const { items } = await ask({});
    expect(items.map(({ at, amount, complete }) => [at, amount, complete])).toEqual([
      ['2024-03-02T10:00:00.000Z', '1', true],
      ['2024-03-02T10:00:00.000Z', '2', true],
      [day(3), '3', true],
      [day(9), null, false],
    ]);
    const first = await ask({ limit: 1 });
    expect(first.items).toEqual(items.slice(0, 1));
    const rest = await ask({ cursor: first.next_cursor ?? '' });
    expect(rest.items).toEqual(items.slice(1));
    await expect(ask({ as_of: day(3), from: undefined, to: undefined })).rejects.toThrow('as_of');
  });

  test('of what never moved is nothing', async () => {
    const balance = await insertBalance(pool, owner.wallet, await insertToken(pool, chain));
    expect((await history(balance, { to: day(1) })).items).toMatchObject([{ amount: '0', complete: true }]);
    expect((await history(balance, { interval: 'transaction' })).items).toEqual([]);
  });
});

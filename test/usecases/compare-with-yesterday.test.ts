import { beforeEach, expect, test } from 'vitest';
import { summarizePortfolio } from '#shared/usecases/summarize-portfolio.ts';
import {
  insert,
  insertBalance,
  insertChain,
  insertToken,
  insertUser,
  insertWallet,
  ownDatabase,
  type Row,
} from '../support/database.ts';
import { writeRow, writeRun } from '../support/history-rows.ts';

// Whether a snapshot was taken is everybody's, so not in the database that other files work on.
const { pool, db, rows } = await ownDatabase();
const chain = await insertChain(pool);
const now = new Date('2024-03-20T12:30:00Z');
const one = 10n ** 18n;

let user: Row;
let wallet: Row;
let portfolio: Row;

beforeEach(async () => {
  await pool.query('DELETE FROM snapshot_runs; DELETE FROM balances_history');
  user = await insertUser(pool);
  wallet = await insertWallet(pool, user);
  portfolio = await insert(pool, 'portfolios', { user_id: user.id, name: 'All', cost_basis_method: 'FIFO' });
  await insert(pool, 'portfolio_wallets', { portfolio_id: portfolio.id, wallet_id: wallet.id });
});

/** The hour so long before the last one. */
const hour = (ago: number) => new Date(Date.parse('2024-03-20T12:00:00Z') - ago * 3_600_000).toISOString();

const hold = async (
  price: string | null,
  amount: number,
  { since = '2024-01-01T00:00:00Z', token = {} } = {},
) => {
  const coin = await insertToken(pool, chain, {
    ...{ is_verified: true, current_price_usd: price, price_at: now.toISOString() },
    ...token,
  });
  const raw_amount = BigInt(Math.round(amount * 1e9)) * 10n ** 9n;
  const balance = await insertBalance(pool, wallet, coin, { raw_amount: String(raw_amount), amount });
  await insert(pool, 'lots', {
    ...{ user_id: user.id, balance_id: balance.id, sequence: 1, transaction_id: 1, kind: 'BUY' },
    ...{
      acquired_at: since,
      opened_at: since,
      raw_amount: String(one),
      remaining_raw_amount: String(raw_amount),
    },
    ...{ basis_known: true, unit_price_usd: 1, lump_usd: 0, remaining_lump_usd: 0 },
  });
  return balance;
};

const taken = (balance: Row, ago: number) => writeRun(rows, balance.uuid, hour(ago));
const was = async (balance: Row, ago: number, amount: string, price: string | null, flags = 0) => {
  await taken(balance, ago);
  await writeRow(rows, balance.uuid, hour(ago), { amount, price, flags });
};

const change = async () => {
  const summary = await summarizePortfolio(db, BigInt(user.id), portfolio.uuid, now);
  return [summary.change_24h_usd, summary.change_24h_percent, summary.change_24h_complete];
};

test('is since the last snapshot that is a day old', async () => {
  const bought = await hold('12', 1);
  await was(bought, 23, '1', '100');
  await was(bought, 24, '1', '10');
  await was(bought, 25, '1', '1');
  expect(await change()).toEqual(['2', '20', true]);
});

test('is since an earlier one where that of a day ago is missing, and unknown where all of a day are', async () => {
  const bought = await hold('12', 1);
  await was(bought, 47, '1', '10');
  expect(await change()).toEqual(['2', '20', true]);
  await pool.query('DELETE FROM snapshot_runs; DELETE FROM balances_history');
  await was(bought, 49, '1', '10');
  await was(bought, 23, '1', '10');
  expect(await change()).toEqual([null, null, false]);
});

test('is of what is known, and says that it is not all', async () => {
  await was(await hold('12', 1), 24, '1', '10');
  await was(await hold('5', 1), 24, '1', null);
  expect(await change()).toEqual(['2', '20', false]);
  await was(await hold('5', 1), 24, '1', '3', 4);
  expect(await change()).toEqual(['2', '20', false]);
});

test('knows that what came since was not there, in any snapshot or none, and that what went was', async () => {
  const late = await hold('5', 1, { since: '2024-03-20T10:00:00Z' });
  expect(await change()).toEqual(['5', null, true]);
  await taken(late, 24);
  await was(await hold('7', 0), 24, '1', '10');
  expect(await change()).toEqual(['-5', '-50', true]);
});

test('takes what a snapshot left out for nothing', async () => {
  await was(await hold('12', 1), 24, '1', '10');
  await hold('3', 1);
  expect(await change()).toEqual(['5', '50', true]);
});

test('does not know what a change of the past has left to be recomputed', async () => {
  await was(await hold('12', 1), 24, '1', '10');
  const changed = await hold('7', 1);
  await was(changed, 24, '1', '10');
  await pool.query('UPDATE balances SET history_dirty_since = $2 WHERE id = $1', [changed.id, hour(30)]);
  expect(await change()).toEqual(['2', '20', false]);
});

test('is not disturbed by what was closed long ago, by dust, and by what makes no value', async () => {
  await was(await hold('12', 1), 24, '1', '10');
  await hold('9', 0);
  await hold('1000000', 0.0000001);
  await hold(null, 1);
  await hold('3', 1, { token: { is_verified: false } });
  await hold('3', 1, { token: { is_spam: true } });
  expect(await change()).toEqual(['2', '20', true]);
});

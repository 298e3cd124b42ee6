import { expect, it } from 'vitest';
import type { Json } from '../../support/api.ts';
import { createPortfolio } from '../../support/portfolios.ts';
import { expectError, expectFault } from '../answers.ts';
import { sql } from '../database.ts';
import { type Account, enter, figures, getGains, keepBy, newAccount, post } from './ledger.ts';

/** Every row of a user's ledgers, with the transaction that wrote it last. */
const written = ({ user }: Account) =>
  Promise.all(
    ['balances', 'lots', 'lot_matches', 'transactions', 'outbox', 'gain_reports'].map((table) =>
      sql(
        `SELECT xmin, ctid, md5(own::text) FROM ${table} AS own
         WHERE user_id = (SELECT id FROM users WHERE uuid = $1) ORDER BY ctid`,
        [user.uuid],
      ),
    ),
  );

const filled = async (): Promise<Account> => {
  const account = await newAccount();
  await enter(account, 'BUY 1 100 2021-01-01');
  await enter(account, 'BUY 1 400 2021-02-01');
  await enter(account, 'BUY 1 250 2021-03-01');
  await enter(account, 'SELL 1 500 2022-01-15');
  await enter(account, 'SELL 1 500 2023-01-15');
  return account;
};

const byMethod = (results: Json[], ...names: string[]) =>
  results.map((result) => [result.method, ...names.map((name) => result.totals[name])]);

it('tells what each method would have realized, of all years and of one', async () => {
  const account = await filled();
  const wallet_uuid = account.wallets[0].uuid;
  const all = (await post(account, 'compare', { wallet_uuid })).body;
  expect(all).toMatchObject({ year: null, wallet_uuid, portfolio_uuid: null, transactions: 5 });
  expect(byMethod(all.results, 'gain_usd')).toEqual([
    [null, '500'],
    ['FIFO', '500'],
    ['LIFO', '350'],
    ['HIFO', '350'],
    ['LOFO', '650'],
    ['AVERAGE', '500'],
  ]);
  expect(all.results.map(({ cost_basis_usd }: Json) => cost_basis_usd)).toEqual([
    ...['250', '250', '100', '100', '400', '250'],
  ]);
  const { body } = await post(account, 'compare', { wallet_uuid, year: 2022 });
  expect(byMethod(body.results, 'gain_usd')).toEqual([
    ...[
      [null, '400'],
      ['FIFO', '400'],
      ['LIFO', '250'],
      ['HIFO', '100'],
      ['LOFO', '400'],
      ['AVERAGE', '250'],
    ],
  ]);
  expect(figures(body.results[3].totals.short_term, 'rows', 'gain_usd')).toEqual({
    rows: 1,
    gain_usd: '100',
  });
});

it('shows the methods that are set as they are stored, and heeds named lots for these only', async () => {
  const account = await filled();
  const sale = await enter(account, 'SELL 0.5 500 2024-01-15');
  await sql(
    `INSERT INTO lot_selections (user_id, transaction_id, acquisition_id, raw_amount)
     SELECT sold.user_id, sold.id, bought.id, 5e17 FROM transactions AS sold
     JOIN transactions AS bought ON bought.balance_id = sold.balance_id AND bought.price_usd = 250
     WHERE sold.uuid = $1`,
    [sale.uuid],
  );
  const portfolio = await keepBy(account, 'LOFO', { 2023: 'AVERAGE' });
  for (const year of [2022, 2023, 2024]) {
    const stored = (await getGains(account, `year=${year}&portfolio=${portfolio.uuid}`)).totals;
    const { body } = await post(account, 'compare', { portfolio_uuid: portfolio.uuid, year });
    expect(body.results[0]).toMatchObject({ method: null, totals: stored });
  }
  const { items } = await getGains(account, 'year=2024');
  expect(items[0]).toMatchObject({ method: 'SPECIFIC', cost_usd: '162.5' });
});

it('writes nothing', async () => {
  const account = await filled();
  const before = await written(account);
  const { balance_uuid } = (await getGains(account, 'year=2022')).items[0];
  expect((await post(account, 'compare', { wallet_uuid: account.wallets[0].uuid })).status).toBe(200);
  expect((await post(account, 'what-if', { balance_uuid, amount: '1', price_usd: '9' })).status).toBe(200);
  expect(await written(account)).toEqual(before);
});

it('leaves what has no price, or no known cost, out of the unrealized gain, and counts it', async () => {
  const account = await newAccount();
  await enter(account, 'TRANSFER_IN 1 - 2021-01-01');
  await enter(account, 'BUY 1 7 2021-01-01', { chain_id: 56 });
  const { body } = await post(account, 'compare', { wallet_uuid: account.wallets[0].uuid });
  expect(body.results[0].cost_basis_usd).toBe('7');
  expect(body.results[0].unvalued_balances).toBeGreaterThan(0);
});

it("takes neither for all that there is, and refuses both and what is another's", async () => {
  const [account, stranger] = [await newAccount(), await newAccount()];
  const wallet_uuid = account.wallets[0].uuid;
  const portfolio_uuid = (await createPortfolio(account.user, account.wallets)).uuid;
  expectError(await post(stranger, 'compare', { wallet_uuid }), 404, 'WalletError');
  expectError(await post(stranger, 'compare', { portfolio_uuid }), 404, 'PortfolioError');
  expectFault(await post(account, 'compare', { wallet_uuid, portfolio_uuid }), 'wallet_uuid');
  await enter(account, 'BUY 1 100 2021-01-01');
  expect((await post(account, 'compare', {})).body.transactions).toBe(1);
});

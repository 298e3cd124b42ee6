import { expect } from 'vitest';
import {
  balancesOf,
  type Json,
  newUser,
  newWallet,
  record,
  request,
  type TestUser,
} from '../../support/api.ts';
import { createPortfolio } from '../../support/portfolios.ts';
import { sql } from '../database.ts';
import { asOperator } from '../operator.ts';

/** A user with wallets, and short ways to fill them and to ask about gains. */
export interface Account {
  user: TestUser;
  wallets: Json[];
}

export const newAccount = async (wallets = 1): Promise<Account> => {
  const user = await newUser();
  const made: Json[] = [];
  for (let number = 0; number < wallets; number += 1) made.push(await newWallet(user));
  return { user, wallets: made };
};

/** Records `BUY 1 100 2020-01-01`: kind, amount, price (`-` for none) and day; more fields as they come. */
export const enter = async (
  { user, wallets }: Account,
  text: string,
  { wallet = 0, ...fields }: { wallet?: number } & Json = {},
): Promise<Json> => {
  const [transaction_type, amount, price = '-', day] = text.split(' ');
  const price_usd = price === '-' ? null : price;
  const timestamp = `${day}T00:00:00Z`;
  const { status, body } = await record(user, wallets[wallet], {
    ...{ transaction_type, amount, price_usd, timestamp },
    ...fields,
  });
  if (status !== 201) throw new Error(`${text} was refused: ${JSON.stringify(body)}`);
  return body;
};

export const getGains = async ({ user }: Account, query: string): Promise<Json> => {
  const { status, body } = await request('GET', `/gains?${query}`, { token: user.token });
  if (status !== 200) throw new Error(`no gains: ${JSON.stringify(body)}`);
  return body;
};

export const post = ({ user }: Account, path: string, body: unknown) =>
  request('POST', `/gains/${path}`, { token: user.token, body });

/** Replays all wallets from the start, as after a change behind the API's back. */
export const recalculated = async ({ user, wallets }: Account): Promise<void> => {
  for (const wallet of wallets) {
    await asOperator('POST', `/balance/recalculate/wallet/${wallet.uuid}`);
    await expect
      .poll(async () => (await balancesOf(user, wallet)).map(({ state }) => state), { timeout: 30_000 })
      .not.toContain('recalculating');
  }
};

/** Leaves a ledger short, as imported history may be: what is entered by hand never is. */
export const forget = async (account: Account, transaction: Json): Promise<void> => {
  await sql('UPDATE transactions SET is_deleted = true WHERE uuid = $1', [transaction.uuid]);
  await recalculated(account);
};

/** Keeps all wallets by a method, and by others in single years. */
export const keepBy = async (account: Account, method: string, years: Json = {}): Promise<Json> => {
  const portfolio = await createPortfolio(account.user, account.wallets);
  await sql('UPDATE portfolios SET cost_basis_method = $2, cost_basis_years = $3 WHERE uuid = $1', [
    portfolio.uuid,
    method,
    JSON.stringify(years),
  ]);
  await recalculated(account);
  return portfolio;
};

/** The figures of some totals that a test is about. */
export const figures = (totals: Json, ...names: string[]): Json =>
  Object.fromEntries(names.map((name) => [name, totals[name]]));

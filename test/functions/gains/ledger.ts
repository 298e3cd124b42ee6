import { type Json, newUser, newWallet, record, request, type TestUser } from '../../support/api.ts';
import { newToken, sql } from '../database.ts';

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

/** Makes a hand-entered sale exceed what is held, as imported history may: by taking a purchase away. */
export const forget = async (transaction: Json): Promise<void> => {
  await sql(`UPDATE transactions SET is_deleted = true WHERE uuid = $1`, [transaction.uuid]);
  await sql(`UPDATE balances SET dirty_since = '-infinity' WHERE uuid = $1`, [transaction.balance_uuid]);
};

/** The figures of some totals that a test is about. */
export const figures = (totals: Json, ...names: string[]): Json =>
  Object.fromEntries(names.map((name) => [name, totals[name]]));

export { newToken, sql };

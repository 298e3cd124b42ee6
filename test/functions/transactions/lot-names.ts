/** Short words for naming lots: three purchases, and a sale of half of what they bought. */
import { everyItem, type Json, newUser, newWallet, request, type TestUser } from '../../support/api.ts';
import { enter } from './ledger.ts';

export interface Shop {
  user: TestUser;
  wallet: Json;
  /** 1 at 100 on the first day, 2 at 300 on the second, 1 at 200 on the third. */
  buys: [Json, Json, Json];
  /** 1.5 at 400 on the tenth. */
  sale: Json;
}

export const newShop = async (): Promise<Shop> => {
  const user = await newUser();
  const wallet = await newWallet(user);
  const buy = async (amount: string, price_usd: string, on: number) =>
    (await enter(user, wallet, 'BUY', amount, on, { price_usd })).body;
  const buys: Shop['buys'] = [await buy('1', '100', 1), await buy('2', '300', 2), await buy('1', '200', 3)];
  const sale = (await enter(user, wallet, 'SELL', '1.5', 10, { price_usd: '400' })).body;
  return { user, wallet, buys, sale };
};

/** A lot by the transaction that opened it. */
export const lotOf = ({ uuid }: Json, amount: string, fields: object = {}) => ({
  transaction_uuid: uuid,
  amount,
  ...fields,
});

const path = ({ uuid }: Json) => `/transaction/${uuid}/lots`;

export const nameLots = (
  user: TestUser,
  disposal: Json,
  lot_selections: unknown,
  headers: Record<string, string> = {},
) => request('PUT', path(disposal), { token: user.token, body: { lot_selections }, headers });

export const namedLots = (user: TestUser, disposal: Json) =>
  request('GET', path(disposal), { token: user.token });

export const unnameLots = (user: TestUser, disposal: Json, headers: Record<string, string> = {}) =>
  request('DELETE', path(disposal), { token: user.token, headers });

/** What a disposal consumed: by which method, how much, at what cost. */
export const consumed = async (user: TestUser, { uuid, balance_uuid }: Json): Promise<string[]> =>
  (await everyItem(user, `/balance/${balance_uuid}/matches`))
    .filter(({ transaction_uuid }) => transaction_uuid === uuid)
    .map(({ kind, method, amount, cost_usd }) => `${kind} ${method} ${amount}: ${cost_usd}`);

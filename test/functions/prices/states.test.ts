/** Where prices come from, and whether to trust them, wherever they value something. */
import { beforeAll, describe, expect, it } from 'vitest';
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
import { verifiedToken } from '../verified-token.ts';
import { setPrice } from './own-price.ts';

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

let user: TestUser;
let wallet: Json;
let portfolio: Json;

interface Priced {
  price?: string;
  at?: string;
  disputed?: boolean;
}

/** A verified token with a price of some age, and one of it in the user's wallet. */
const hold = async ({ price, at, disputed = false }: Priced): Promise<string> => {
  const uuid = await verifiedToken(price);
  await sql(
    `UPDATE tokens SET price_at = $2, price_source = 'coingecko', is_price_disputed = $3 WHERE uuid = $1`,
    [uuid, at ?? null, disputed],
  );
  await record(user, wallet, {
    token_uuid: uuid,
    transaction_type: 'BUY',
    amount: '2',
    price_usd: '1',
    timestamp: '2024-01-01T00:00:00Z',
  });
  return uuid;
};

const of = async (uuid: string): Promise<Json> =>
  (await balancesOf(user, wallet)).find(({ token }) => token.uuid === uuid);
const holdings = async (): Promise<Json> =>
  (await request('GET', `/balance/user/${user.username}`, { token: user.token })).body;
const summary = async (): Promise<Json> =>
  (await request('GET', `/portfolio/${portfolio.uuid}/summary`, { token: user.token })).body;

beforeAll(async () => {
  user = await newUser();
  wallet = await newWallet(user);
  portfolio = await createPortfolio(user, [wallet]);
});

describe('a price', () => {
  it('is current for an hour, then stale; without a time nobody knows how old it is', async () => {
    const [fresh, old] = [minutesAgo(58), minutesAgo(62)];
    expect(await of(await hold({ price: '10', at: fresh }))).toMatchObject({
      price_usd: '10',
      value_usd: '20',
      price_source: 'coingecko',
      price_at: fresh,
      price_state: 'current',
    });
    expect(await of(await hold({ price: '10', at: old }))).toMatchObject({
      value_usd: '20',
      price_at: old,
      price_state: 'stale',
    });
    expect(await of(await hold({ price: '10' }))).toMatchObject({ price_at: null, price_state: 'stale' });
  });

  it('is none where there is none, whatever else is known', async () => {
    expect(await of(await hold({ at: minutesAgo(1) }))).toMatchObject({
      price_usd: null,
      value_usd: null,
      price_source: null,
      price_at: null,
      price_state: 'none',
    });
  });

  it('that sources disagree about is shown, old or not', async () => {
    for (const at of [minutesAgo(1), minutesAgo(100)])
      expect(await of(await hold({ price: '10', at, disputed: true }))).toMatchObject({
        value_usd: '20',
        price_state: 'disputed',
      });
  });
});

describe('totals', () => {
  let tokens: Record<'fresh' | 'stale' | 'disputed' | 'none', string>;

  beforeAll(async () => {
    user = await newUser();
    wallet = await newWallet(user);
    portfolio = await createPortfolio(user, [wallet]);
    tokens = {
      fresh: await hold({ price: '10', at: minutesAgo(1) }),
      stale: await hold({ price: '100', at: minutesAgo(100) }),
      disputed: await hold({ price: '1000', at: minutesAgo(1), disputed: true }),
      none: await hold({}),
    };
  });

  const expected = {
    value_usd: '220',
    cost_basis_usd: '4',
    unrealized_pnl_usd: '216',
    unpriced_tokens: 1,
    stale_tokens: 1,
    disputed_tokens: 1,
    disputed_value_usd: '2000',
  };

  it('count what is old, and keep what is disputed apart', async () => {
    const { items, total } = await holdings();
    expect(total).toMatchObject(expected);
    expect(Object.fromEntries(items.map((item: Json) => [item.token.uuid, item.price_state]))).toEqual({
      [tokens.fresh]: 'current',
      [tokens.stale]: 'stale',
      [tokens.disputed]: 'disputed',
      [tokens.none]: 'none',
    });
    const { allocation, disputed, ...totals } = await summary();
    expect(totals).toMatchObject(expected);
    expect(allocation.by_token.map(({ token, price_state }: Json) => [token.uuid, price_state])).toEqual([
      [tokens.stale, 'stale'],
      [tokens.fresh, 'current'],
    ]);
    expect(disputed).toEqual([
      expect.objectContaining({
        token: expect.objectContaining({ uuid: tokens.disputed }),
        price_usd: '1000',
        value_usd: '2000',
        price_source: 'coingecko',
        price_state: 'disputed',
      }),
    ]);
  });

  it("are by the user's own prices, which nobody else sees", async () => {
    const other = await newUser();
    const theirs = await newWallet(other);
    await record(other, theirs, {
      token_uuid: tokens.disputed,
      transaction_type: 'BUY',
      amount: '2',
      price_usd: '1',
      timestamp: '2024-01-01T00:00:00Z',
    });
    await setPrice(user, { uuid: tokens.disputed }, '3');
    const { body: own } = await setPrice(user, { uuid: tokens.none }, '0.5');
    expect(await of(tokens.none)).toMatchObject({
      price_usd: '0.5',
      value_usd: '1',
      unrealized_pnl_usd: '-1',
      price_source: 'manual',
      price_at: own.valid_from,
      price_state: 'manual',
    });
    const all = { value_usd: '227', unpriced_tokens: 0, disputed_tokens: 0, disputed_value_usd: '0' };
    expect((await holdings()).total).toMatchObject(all);
    expect(await summary()).toMatchObject({ ...all, disputed: [] });
    const [balance] = await balancesOf(other, theirs);
    expect(balance).toMatchObject({ price_usd: '1000', value_usd: '2000', price_state: 'disputed' });
  });

  it('are by sources again once the own price is taken back', async () => {
    for (const uuid of [tokens.disputed, tokens.none])
      await request('DELETE', `/prices/${uuid}/override`, { token: user.token });
    expect((await holdings()).total).toMatchObject(expected);
    expect(await of(tokens.none)).toMatchObject({ price_usd: null, price_state: 'none' });
  });
});

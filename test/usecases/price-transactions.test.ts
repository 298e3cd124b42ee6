/** Transactions that came without a price, and what happens while sources are asked for one. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { PriceSource, QuotableToken } from '#shared/adapters/prices/price-source.ts';
import { priceTransactions } from '#shared/usecases/price-transactions.ts';
import { verifyAudit } from '#shared/usecases/verify-audit.ts';
import {
  balancesOf,
  invoke,
  type Json,
  newUser,
  newWallet,
  record,
  request,
  type TestUser,
} from '../support/api.ts';
import type { Row } from '../support/database.ts';
import { at, pastPrices } from '../support/past-prices.ts';
import { faults } from '../support/price-servers.ts';
import { eventOf } from '../support/workers.ts';

const { db, rows, servers, sources, newToken, store } = await pastPrices();

let user: TestUser;
let wallet: Json;

beforeEach(async () => {
  user = await newUser();
  wallet = await newWallet(user);
});

const january = at('2022-01-10T12:00:00');
const february = at('2022-02-10T12:00:00');

const enter = async (token: Row, fields: Json = {}, to = wallet): Promise<Json> => {
  const entry = { transaction_type: 'BUY', amount: '2', timestamp: january.toISOString() };
  const { status, body } = await record(user, to, { token_uuid: token.uuid, ...entry, ...fields });
  expect([status, body.message]).toEqual([201, undefined]);
  return body;
};

const shown = async ({ uuid }: Json): Promise<Json> =>
  (await request('GET', `/transaction/${uuid}`, { token: user.token })).body;

const never = () => false;
const price = (by: readonly PriceSource[] = sources) => priceTransactions(db, by, user.uuid, never);

/** All that is a user's in some tables, down to versions and times. */
const everything = () =>
  rows(
    `WITH owner AS (SELECT id FROM users WHERE uuid = $1)
     SELECT to_jsonb(t)::text AS row FROM transactions AS t WHERE user_id = (SELECT id FROM owner)
     UNION ALL SELECT to_jsonb(b)::text FROM balances AS b WHERE user_id = (SELECT id FROM owner)
     UNION ALL SELECT to_jsonb(l)::text FROM lots AS l WHERE user_id = (SELECT id FROM owner)
     UNION ALL SELECT to_jsonb(a)::text FROM audit_entries AS a WHERE user_id = (SELECT id FROM owner) ORDER BY 1`,
    [user.uuid],
  );

/** A source that does something before it answers. */
const whileAsked = (work: () => Promise<unknown>): PriceSource[] =>
  sources.map((source) => ({
    ...source,
    nearest: async (token: QuotableToken, time: Date) => {
      await work();
      return source.nearest(token, time);
    },
  }));

const unpriced = { price_usd: null, price_source: null, price_at: null, value_usd: null };

describe('transactions without a price', () => {
  test('get the one of their time, and their balances with them', async () => {
    const token = await newToken([
      [january, '10'],
      [february, '15.5'],
    ]);
    const bought = await enter(token, { fee_usd: '1' });
    const gas = await enter(token, {
      transaction_type: 'FEE',
      amount: '0.5',
      timestamp: february.toISOString(),
    });
    const sold = await enter(token, {
      transaction_type: 'SELL',
      amount: '1',
      timestamp: february.toISOString(),
    });
    expect(await shown(bought)).toMatchObject(unpriced);
    expect(await price()).toBe(3);
    expect(await shown(bought)).toMatchObject({
      price_usd: '10',
      price_source: 'defillama',
      price_at: january.toISOString(),
      value_usd: '20',
      balance_state: 'current',
    });
    expect(await shown(gas)).toMatchObject({ price_usd: '15.5', value_usd: '7.75' });
    expect(await shown(sold)).toMatchObject({ price_usd: '15.5', value_usd: '15.5' });
    const [balance] = await balancesOf(user, wallet);
    expect(balance).toMatchObject({
      cost_basis_usd: '5.25',
      total_buy_value_usd: '21',
      realized_pnl_usd: '7.5',
      fees_usd: '8.75',
      basis_complete: true,
    });
  });

  test('are the only ones: a price that is there stays, in whatever form, and so does zero', async () => {
    const token = await newToken([[january, '10']]);
    const [given, nothing] = [await enter(token, { price_usd: '3' }), await enter(token, { price_usd: '0' })];
    expect(await price()).toBe(0);
    expect(await shown(given)).toMatchObject({ price_usd: '3', price_source: null });
    expect(await shown(nothing)).toMatchObject({ price_usd: '0', price_source: null });
    expect(servers.defillama.seen).toEqual([]);
  });

  test('are priced once, however often the message comes, one after the other or at once', async () => {
    const token = await newToken([[january, '10']]);
    for (const amount of ['1', '2', '3']) await enter(token, { amount });
    const counts = await Promise.all(Array.from({ length: 4 }, () => price()));
    expect(counts.reduce((sum, count) => sum + count)).toBe(3);
    const before = await everything();
    const asked = servers.defillama.seen.length;
    for (let time = 0; time < 3; time += 1) expect(await price()).toBe(0);
    expect(await everything()).toEqual(before);
    expect(servers.defillama.seen).toHaveLength(asked);
    expect(await balancesOf(user, wallet)).toMatchObject([{ cost_basis_usd: '60' }]);
  });

  test('of an own transfer too: what does not arrive is spent at that price', async () => {
    const token = await newToken([[january, '10']]);
    const second = await newWallet(user);
    await enter(token, { price_usd: '1', timestamp: '2022-01-01T00:00:00Z' });
    const hash = { transaction_hash: '0xabc1', amount: '1' };
    const sent = await enter(token, { ...hash, transaction_type: 'TRANSFER_OUT' });
    await enter(token, { transaction_type: 'TRANSFER_IN', amount: '0.9' }, second);
    const [received] = (await request('GET', `/wallet/transactions/${second.uuid}`, { token: user.token }))
      .body.items;
    await request('POST', '/transfer/link', {
      token: user.token,
      body: { out: sent.uuid, in: received.uuid },
    });
    expect(await price()).toBe(2);
    expect((await balancesOf(user, wallet))[0]).toMatchObject({ fees_usd: '1', realized_pnl_usd: '0.9' });
  });

  test('of a swap have one value', async () => {
    const [coin, small] = [
      await newToken([[january, '100']], { kind: 'wrapped_native' }),
      await newToken([[january, '9999999']]),
    ];
    await enter(coin, { price_usd: '50', timestamp: '2022-01-01T00:00:00Z' });
    const hash = { transaction_hash: '0xdef1' };
    const gave = await enter(coin, { ...hash, transaction_type: 'SELL', amount: '2' });
    const got = await enter(small, { ...hash, amount: '3' });
    expect(await price()).toBe(2);
    expect(await shown(gave)).toMatchObject({
      price_usd: '100',
      value_usd: '200',
      price_source: 'defillama',
      price_at: january.toISOString(),
    });
    expect(await shown(got)).toMatchObject({
      price_usd: '66.666666666666666667',
      value_usd: '200',
      price_source: 'swap',
      price_at: null,
    });
  });

  test('that are cancelled, deleted, or of spam are let be', async () => {
    const token = await newToken([[january, '10']]);
    const [cancelled, deleted] = [await enter(token), await enter(token)];
    await enter(await newToken([[january, '10']], { is_spam: true }));
    await request('POST', `/transaction/cancel/${cancelled.uuid}`, { token: user.token });
    await request('DELETE', `/transaction/${deleted.uuid}`, { token: user.token });
    expect(await price()).toBe(0);
    expect(servers.defillama.seen).toEqual([]);
  });

  test("are nobody else's affair", async () => {
    const token = await newToken([[january, '10']]);
    const first = await enter(token);
    const stranger = await newUser();
    expect(await priceTransactions(db, sources, stranger.uuid, never)).toBe(0);
    expect(await priceTransactions(db, sources, wallet.uuid, never)).toBe(0);
    expect(await shown(first)).toMatchObject({ price_usd: null });
  });

  test('are journaled as the work of the system, and the journal holds', async () => {
    await enter(await newToken([[january, '10']]));
    await price();
    const { body } = await request('GET', '/audit?limit=1', { token: user.token });
    expect(body.items[0]).toMatchObject({
      actor: { kind: 'system', username: null },
      action: 'changed',
      before: { price_usd: null, price_source: null, price_at: null },
      after: { price_usd: '10', price_source: 'defillama', price_at: january.toISOString() },
    });
    const found: unknown[] = [];
    const { username } = user;
    await verifyAudit(db, { username, onFinding: (finding) => void found.push(finding) });
    expect(found).toEqual([]);
  });
});

describe('while sources are asked', () => {
  const patch = (transaction: Json, body: Json) =>
    request('PATCH', `/transaction/${transaction.uuid}`, { token: user.token, body });

  test("the owner's price wins, and nobody waits for a source", async () => {
    const token = await newToken([[january, '10']]);
    const bought = await enter(token);
    const meddle = whileAsked(async () =>
      expect((await patch(bought, { price_usd: '42' })).status).toBe(200),
    );
    expect(await price(meddle)).toBe(0);
    expect(await shown(bought)).toMatchObject({ price_usd: '42', price_source: null });
    expect(await balancesOf(user, wallet)).toMatchObject([{ cost_basis_usd: '84' }]);
  });

  test('a transaction that moves in time does not get the price of where it was', async () => {
    const token = await newToken([
      [january, '10'],
      [february, '20'],
    ]);
    const bought = await enter(token);
    expect(await price(whileAsked(() => patch(bought, { timestamp: february.toISOString() })))).toBe(0);
    expect(await price()).toBe(1);
    expect(await shown(bought)).toMatchObject({ price_usd: '20' });
  });

  test('one that is deleted stays deleted', async () => {
    const token = await newToken([[january, '10']]);
    const bought = await enter(token);
    const remove = () => request('DELETE', `/transaction/${bought.uuid}`, { token: user.token });
    expect(await price(whileAsked(remove))).toBe(0);
    expect(await balancesOf(user, wallet)).toEqual([]);
  });

  test('what none of them can answer comes again, and the rest is done', async () => {
    const [known, unknown] = [await newToken(), await newToken([[january, '7']])];
    await store(known, january, '5');
    const [first, second] = [await enter(known), await enter(unknown)];
    servers.defillama.spoil(faults.broken);
    await expect(price()).rejects.toThrow(/prices are missing for now: defillama/);
    expect(await shown(first)).toMatchObject({ price_usd: '5', price_source: 'coingecko' });
    servers.defillama.spoil(undefined);
    expect(await price()).toBe(1);
    expect(await shown(second)).toMatchObject({ price_usd: '7' });
  });

  test('what none of them knows is not asked for again, and is no failure', async () => {
    await enter(await newToken());
    expect(await price()).toBe(0);
    const asked = servers.defillama.seen.length;
    expect(asked).toBe(1);
    expect(await price()).toBe(0);
    expect(servers.defillama.seen).toHaveLength(asked);
  });
});

describe('a price that was found', () => {
  const edit = async (body: Json): Promise<Json> => {
    const bought = await enter(await newToken([[january, '10']]));
    await price();
    await request('PATCH', `/transaction/${bought.uuid}`, { token: user.token, body });
    return shown(bought);
  };

  test('goes when the transaction is of another time or quantity, to be looked for anew', async () => {
    expect(await edit({ timestamp: '2022-01-11T00:00:00Z' })).toMatchObject(unpriced);
    expect(await edit({ amount: '3' })).toMatchObject(unpriced);
    expect(await price()).toBe(1);
  });

  test("gives way to the owner's, and stays where other things change", async () => {
    expect(await edit({ price_usd: '4' })).toMatchObject({ ...unpriced, price_usd: '4', value_usd: '8' });
    expect(await edit({ fee_usd: '4' })).toMatchObject({
      ...{ price_usd: '10', price_source: 'defillama', price_at: january.toISOString() },
    });
  });
});

test('the function does it with what is stored, where nobody is to be asked', async () => {
  const token = await newToken();
  await store(token, january, '12');
  const bought = await enter(token);
  const event = eventOf([{ group: user.uuid, body: JSON.stringify({ user_uuid: user.uuid }) }]);
  expect(await invoke('queues/price-transactions', event)).toMatchObject({
    result: { batchItemFailures: [] },
  });
  expect(await shown(bought)).toMatchObject({ price_usd: '12', price_source: 'coingecko' });
});

/** Figure 5 of the cost-basis rules, and what it takes for two entries to be one transfer between own wallets. */
import { randomBytes } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  balancesOf,
  everyItem,
  type Json,
  newUser,
  newWallet,
  record,
  request,
  type TestUser,
} from '../../support/api.ts';
import { newToken } from '../database.ts';

const newHash = () => `0x${randomBytes(32).toString('hex')}`;

let user: TestUser;
let hash: string;
let token: string;
let a: Json;
let b: Json;

beforeAll(async () => {
  user = await newUser();
});

beforeEach(async () => {
  hash = newHash();
  token = (await newToken()).uuid;
  a = await newWallet(user);
  b = await newWallet(user);
});

const enter = async (
  wallet: Json,
  transaction_type: string,
  amount: string,
  date: string,
  fields: object = {},
) => {
  const entry = { token_uuid: token, transaction_type, amount, timestamp: `${date}T00:00:00Z`, ...fields };
  const { status, body } = await record(user, wallet, entry);
  expect(status).toBe(201);
  return body;
};

const send = () => enter(a, 'TRANSFER_OUT', '1.5', '2022-01-01', { transaction_hash: hash });
const receive = (fields: object = {}) =>
  enter(b, 'TRANSFER_IN', '1.5', '2022-01-01', { transaction_hash: hash, price_usd: '3900', ...fields });
const buy = async () => {
  await enter(a, 'BUY', '1', '2020-01-01', { price_usd: '1000' });
  await enter(a, 'BUY', '1', '2021-06-01', { price_usd: '3000' });
};
const sell = () => enter(b, 'SELL', '1.5', '2022-03-01', { price_usd: '4000' });

/** Ways to enter the same history. */
const orders: Record<string, (() => Promise<unknown>)[]> = {
  'as it happened': [buy, send, receive, sell],
  'the receipt before the sending': [buy, receive, send, sell],
  'the sale before the sending': [buy, receive, sell, send],
  'the receipt and the sale before anything': [receive, sell, buy, send],
};

describe.each(Object.entries(orders))('an own transfer entered %s', (_, steps) => {
  it('carries lots with their dates and costs from wallet to wallet', async () => {
    for (const step of steps) await step();
    const [sender] = await balancesOf(user, a);
    const [receiver] = await balancesOf(user, b);
    expect(receiver).toMatchObject({
      amount: '0',
      realized_pnl_usd: '3500',
      state: 'current',
      basis_complete: true,
    });
    const matches = await everyItem(user, `/balance/${receiver.uuid}/matches`);
    expect(
      matches.map(({ amount, cost_usd, gain_usd, acquired_at, term }) => [
        amount,
        cost_usd,
        gain_usd,
        acquired_at,
        term,
      ]),
    ).toEqual([
      ['1', '1000', '3000', '2020-01-01T00:00:00.000Z', 'long'],
      ['0.5', '1500', '500', '2021-06-01T00:00:00.000Z', 'short'],
    ]);
    expect(sender).toMatchObject({
      amount: '0.5',
      cost_basis_usd: '1500',
      realized_pnl_usd: '0',
      state: 'current',
    });
    const open = await everyItem(user, `/balance/${sender.uuid}/lots?open=true`);
    expect(open).toHaveLength(1);
    expect(open[0]).toMatchObject({
      acquired_at: '2021-06-01T00:00:00.000Z',
      remaining_amount: '0.5',
      remaining_cost_usd: '1500',
    });
    const kept = await everyItem(user, `/balance/${sender.uuid}/matches`);
    expect(kept.map(({ kind, amount, gain_usd }) => [kind, amount, gain_usd])).toEqual([
      ['TRANSFER_OUT', '1', null],
      ['TRANSFER_OUT', '0.5', null],
    ]);
  });
});

describe('two entries are one transfer', () => {
  const linkOf = async ({ uuid }: Json) =>
    (await request('GET', `/transaction/${uuid}`, { token: user.token })).body.linked_transaction_uuid;

  it('where chain, hash, token and amount agree: each names the other', async () => {
    await buy();
    const sent = await send();
    const received = await receive();
    expect([await linkOf(sent), await linkOf(received)]).toEqual([received.uuid, sent.uuid]);
    expect(received.linked_transaction_uuid).toBe(sent.uuid);
  });

  it.each<[string, () => object]>([
    ['the amounts differ', () => ({ amount: '1.4' })],
    ['the hashes differ', () => ({ transaction_hash: newHash() })],
    ['there is no hash', () => ({ transaction_hash: null })],
  ])('not where %s: then what comes in is new', async (_, fields) => {
    await buy();
    const sent = await send();
    const received = await receive(fields());
    expect([await linkOf(sent), await linkOf(received)]).toEqual([null, null]);
    const [receiver] = await balancesOf(user, b);
    expect(receiver.avg_buy_price_usd).toBe('3900');
  });

  it('not within one wallet, and not with another user', async () => {
    await buy();
    const sent = await send();
    await enter(a, 'TRANSFER_IN', '1.5', '2022-01-01', { transaction_hash: hash });
    const stranger = await newUser();
    const theirs = await newWallet(stranger);
    const { status } = await record(stranger, theirs, {
      token_uuid: token,
      transaction_type: 'TRANSFER_IN',
      amount: '1.5',
      timestamp: '2022-01-01T00:00:00Z',
      transaction_hash: hash,
    });
    expect(status).toBe(201);
    expect(await linkOf(sent)).toBeNull();
  });
});

it("one wallet's past changes another's: a purchase entered late moves the lots that were sent", async () => {
  await buy();
  await send();
  await receive();
  await enter(a, 'BUY', '1', '2019-01-01', { price_usd: '10' });
  const [receiver] = await balancesOf(user, b);
  expect(receiver).toMatchObject({ amount: '1.5', cost_basis_usd: '510', state: 'current' });
  const [sender] = await balancesOf(user, a);
  expect(sender).toMatchObject({ amount: '1.5', cost_basis_usd: '3500' });
});

it('what the receiving clock puts before the sending one happens with it', async () => {
  await buy();
  await send();
  await receive({ timestamp: '2021-12-31T23:59:00Z' });
  await sell();
  expect((await balancesOf(user, b))[0]).toMatchObject({ realized_pnl_usd: '3500', shortfall: '0' });
});

it('cannot have sent what the other wallet has spent before: refused, nothing written', async () => {
  await buy();
  await receive({ timestamp: '2021-06-01T00:00:00Z', price_usd: '2500' });
  await enter(b, 'SELL', '1.5', '2021-07-01', { price_usd: '2600' });
  const before = [await balancesOf(user, a), await balancesOf(user, b)];
  const { status, body } = await record(user, a, {
    token_uuid: token,
    transaction_type: 'TRANSFER_OUT',
    amount: '1.5',
    timestamp: '2022-01-01T00:00:00Z',
    transaction_hash: hash,
  });
  expect(status).toBe(400);
  expect(body.message).toContain('short of 1.5');
  expect([await balancesOf(user, a), await balancesOf(user, b)]).toEqual(before);
});

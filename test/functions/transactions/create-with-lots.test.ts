/** Disposals that name their lots from the first, and named lots on their way: own transfers, imports, other decimals. */
import { beforeEach, describe, expect, it } from 'vitest';
import { balancesOf, everyItem, type Json, newUser, newWallet, record, request } from '../../support/api.ts';
import { expectFault, nobodys } from '../answers.ts';
import { figuresOf, newToken, rowsOf } from '../database.ts';
import { hashOf, importFiles, own, transactionsFile } from '../imports/exports.ts';
import { asOperator } from '../operator.ts';
import { enter, link } from './ledger.ts';
import { consumed, lotOf, namedLots, nameLots, newShop, type Shop, unnameLots } from './lot-names.ts';

let shop: Shop;

beforeEach(async () => {
  shop = await newShop();
});

const openLots = (balance: Json): Promise<Json[]> =>
  everyItem(shop.user, `/balance/${balance.uuid}/lots?open=true`);

describe('a disposal that is recorded with its lots', () => {
  it('consumes them, as if they were named afterwards', async () => {
    const { user, wallet, buys } = shop;
    const lot_selections = [lotOf(buys[2], '1')];
    const { status, body } = await enter(user, wallet, 'SELL', '1.5', 12, { lot_selections });
    expect([status, body.balance_state]).toEqual([201, 'current']);
    expect(body).not.toHaveProperty('lot_selections');
    expect(await consumed(user, body)).toEqual(['SELL SPECIFIC 1: 200', 'SELL FIFO 0.5: 150']);
    const figures = await figuresOf(user);
    await unnameLots(user, body);
    await nameLots(user, body, lot_selections);
    expect(await figuresOf(user)).toEqual(figures);
  });

  it('happens once under one Idempotency-Key', async () => {
    const { user, wallet, buys } = shop;
    const fields = { transaction_type: 'SELL', amount: '1', timestamp: '2024-02-01T00:00:00Z' };
    const entry = { wallet_uuid: wallet.uuid, chain_id: 1, ...fields, lot_selections: [lotOf(buys[2], '1')] };
    const send = () =>
      request('POST', '/transaction', {
        token: user.token,
        body: entry,
        headers: { 'idempotency-key': 'sale' },
      });
    const answers = [await send(), await send()];
    expect(answers.map(({ status, body }) => [status, body.uuid])).toEqual([
      [201, answers[0]?.body.uuid],
      [201, answers[0]?.body.uuid],
    ]);
  });

  it.each<[string, () => [string, string, Json[]]]>([
    ['lot_selections', () => ['BUY', '1', [lotOf(shop.buys[2], '1')]]],
    ['lot_selections', () => ['SELL', '0.5', [lotOf(shop.buys[2], '1')]]],
    ['lot_selections', () => ['SELL', '1', []]],
    ['lot_selections.0.amount', () => ['SELL', '1', [lotOf(shop.buys[0], '1')]]],
    [
      'lot_selections.1.transaction_uuid',
      () => ['SELL', '1', [lotOf(shop.buys[2], '0.5'), lotOf({ uuid: nobodys }, '0.5')]],
    ],
    ['amount', () => ['SELL', '3', [lotOf(shop.buys[2], '1')]]],
  ])('is refused for wrong %s, and nothing is written', async (field, entry) => {
    const { user, wallet } = shop;
    const before = [await figuresOf(user), await rowsOf(user)];
    const [type, amount, lot_selections] = entry();
    expectFault(await enter(user, wallet, type, amount, 12, { lot_selections }), field);
    expect([await figuresOf(user), await rowsOf(user)]).toEqual(before);
  });

  it('comes alone: many at once name no lots', async () => {
    const entry = {
      wallet_uuid: shop.wallet.uuid,
      chain_id: 1,
      transaction_type: 'SELL',
      amount: '1',
      timestamp: '2024-02-01T00:00:00Z',
      lot_selections: [lotOf(shop.buys[2], '1')],
    };
    const body = { transactions: [entry] };
    const answer = await request('POST', '/transaction/bulk', { token: shop.user.token, body });
    expectFault(answer, 'transactions.0.lot_selections');
  });
});

it('carries the costs and dates of named lots to another wallet, where their dates name them', async () => {
  const { user, wallet, buys } = shop;
  const there = await newWallet(user);
  const lot_selections = [lotOf(buys[2], '1'), lotOf(buys[1], '0.5')];
  const sent = (await enter(user, wallet, 'TRANSFER_OUT', '1.51', 12, { lot_selections })).body;
  const received = (await enter(user, there, 'TRANSFER_IN', '1.5', 12)).body;
  expect((await link(user, sent, received)).status).toBe(201);
  const [arrived] = await balancesOf(user, there);
  const lots = async () =>
    (await openLots(arrived)).map(({ acquired_at, amount, cost_usd }) => [
      acquired_at.slice(0, 10),
      amount,
      cost_usd,
    ]);
  expect(await lots()).toEqual([
    ['2024-01-02', '0.5', '150'],
    ['2024-01-03', '1', '200'],
  ]);
  expect(
    (await namedLots(user, sent)).body.lot_selections.map(({ taken_amount }: Json) => taken_amount),
  ).toEqual(['1', '0.5']);
  const sale = (await enter(user, there, 'SELL', '1', 14)).body;
  const third = { acquired_at: '2024-01-03T00:00:00Z' };
  expect((await nameLots(user, sale, [lotOf(received, '1', third)])).status).toBe(200);
  expect(await consumed(user, sale)).toEqual(['SELL SPECIFIC 1: 200']);
  // Without a date the older goes first.
  await nameLots(user, sale, [lotOf(received, '0.75')]);
  expect(await consumed(user, sale)).toEqual([
    'SELL SPECIFIC 0.5: 150',
    'SELL SPECIFIC 0.25: 50',
    'SELL FIFO 0.25: 50',
  ]);
  const before = await figuresOf(user);
  await nameLots(user, sent, [lotOf(buys[1], '1.5')]);
  expect(await lots()).toEqual([['2024-01-02', '1.5', '450']]);
  await nameLots(user, sent, lot_selections);
  expect(await figuresOf(user)).toEqual(before);
});

it('is kept by imported transactions when more of their evidence comes', async () => {
  const user = await newUser();
  const wallet = await newWallet(user);
  const address = `0x${hashOf(wallet.uuid).slice(2, 42)}`;
  const load = async (rows: Parameters<typeof transactionsFile>[0]) => {
    const file = transactionsFile(rows);
    const ours = { ...file, content: file.content.replaceAll(own, address) };
    expect((await importFiles(user, wallet, [ours], { address })).status).toBe(201);
    return (await everyItem(user, `/wallet/transactions/${wallet.uuid}`)).reverse();
  };
  const rows = [
    { tx: 'first', day: 0, in: '1', usd: '1000' },
    { tx: 'second', day: 1, in: '1', usd: '3000' },
    { tx: 'out', day: 5, out: '0.5', fee: '0', usd: '2000' },
  ];
  const [, second, out] = await load(rows);
  expect(out.transaction_type).toBe('TRANSFER_OUT');
  expect((await nameLots(user, out, [lotOf(second, '0.5')])).status).toBe(200);
  expect(await consumed(user, out)).toEqual(['TRANSFER_OUT SPECIFIC 0.5: 1500']);
  await load([...rows, { tx: 'between', day: 2, in: '2', usd: '500' }]);
  expect(await consumed(user, out)).toEqual(['TRANSFER_OUT SPECIFIC 0.5: 1500']);
  await unnameLots(user, out);
  expect(await consumed(user, out)).toEqual(['TRANSFER_OUT FIFO 0.5: 500']);
});

it('names the same coins when the decimals of a token are corrected', async () => {
  const { user, wallet } = shop;
  const token = await newToken({ decimals: 18 });
  const trade = async (transaction_type: string, amount: string, price_usd: string, date: string) =>
    (
      await record(user, wallet, {
        ...{ token_uuid: token.uuid, transaction_type, amount, price_usd },
        timestamp: `2024-01-${date}T00:00:00Z`,
      })
    ).body;
  await trade('BUY', '1', '10', '01');
  const second = await trade('BUY', '2', '20', '02');
  const sale = await trade('SELL', '1.5', '30', '03');
  await nameLots(user, sale, [lotOf(second, '1.25')]);
  expect((await asOperator('POST', `/tokens/${token.uuid}/decimals`, { body: { decimals: 6 } })).status).toBe(
    202,
  );
  await expect
    .poll(async () => (await namedLots(user, sale)).body, { timeout: 20_000 })
    .toMatchObject({
      balance_state: 'current',
      lot_selections: [{ amount: '1.25', raw_amount: '1250000', taken_amount: '1.25' }],
    });
  expect(await consumed(user, sale)).toEqual(['SELL SPECIFIC 1.25: 25', 'SELL FIFO 0.25: 2.5']);
});

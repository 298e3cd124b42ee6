import { beforeEach, describe, expect, it } from 'vitest';
import { newWallet } from '../../support/api.ts';
import { expectError, nobodys } from '../answers.ts';
import { figuresOf } from '../database.ts';
import { cancel, enter, patch, remove, restore } from './ledger.ts';
import { consumed, lotOf, namedLots, nameLots, newShop, type Shop } from './lot-names.ts';

let shop: Shop;

beforeEach(async () => {
  shop = await newShop();
});

const taken = async (disposal = shop.sale): Promise<string[]> =>
  (await namedLots(shop.user, disposal)).body.lot_selections.map(
    ({ amount, taken_amount }: Record<string, string>) => `${taken_amount} of ${amount}`,
  );

it('shows nothing where nothing is named', async () => {
  const { status, body } = await namedLots(shop.user, shop.buys[0]);
  const expected = { transaction_uuid: shop.buys[0].uuid, balance_state: 'current', lot_selections: [] };
  expect([status, body]).toEqual([200, expected]);
});

it('shows what naming answered, with the same tag', async () => {
  const answer = await nameLots(shop.user, shop.sale, [lotOf(shop.buys[1], '1')]);
  const shown = await namedLots(shop.user, shop.sale);
  expect(shown.body).toEqual(answer.body);
  expect(shown.headers.get('etag')).toBe(answer.headers.get('etag'));
});

describe('how much of a named lot was there', () => {
  beforeEach(async () => {
    await nameLots(shop.user, shop.sale, [lotOf(shop.buys[2], '1'), lotOf(shop.buys[1], '0.5')]);
  });

  it('is less after an earlier sale of it, and the rest goes by the method', async () => {
    const { user, wallet, buys, sale } = shop;
    const earlier = (await enter(user, wallet, 'SELL', '0.25', 5)).body;
    expect(await taken()).toEqual(['1 of 1', '0.5 of 0.5']);
    expect((await nameLots(user, earlier, [lotOf(buys[2], '0.25')])).status).toBe(200);
    expect(await taken()).toEqual(['0.75 of 1', '0.5 of 0.5']);
    expect(await consumed(user, sale)).toEqual([
      'SELL SPECIFIC 0.75: 150',
      'SELL SPECIFIC 0.5: 150',
      'SELL FIFO 0.25: 25',
    ]);
  });

  it('is nothing while its purchase does not count, and all when it counts again', async () => {
    const { user, buys } = shop;
    const before = await figuresOf(user);
    expect((await cancel(user, buys[2])).status).toBe(200);
    expect(await taken()).toEqual(['0 of 1', '0.5 of 0.5']);
    expect((await restore(user, buys[2])).status).toBe(200);
    expect(await taken()).toEqual(['1 of 1', '0.5 of 0.5']);
    expect(await figuresOf(user)).toEqual(before);
  });

  it('is nothing when its purchase is deleted, or happened later', async () => {
    const { user, buys } = shop;
    await patch(user, buys[1], { timestamp: '2024-01-11T00:00:00Z' });
    expect(await taken()).toEqual(['1 of 1', '0 of 0.5']);
    await enter(user, shop.wallet, 'BUY', '1', 1);
    expect((await remove(user, buys[2])).status).toBe(204);
    expect(await taken()).toEqual(['0 of 1', '0 of 0.5']);
  });

  it('is no more than the transaction disposes of', async () => {
    await patch(shop.user, shop.sale, { amount: '1.25' });
    expect(await taken()).toEqual(['1 of 1', '0.25 of 0.5']);
  });

  it('is nothing while the sale itself does not count, or is a purchase', async () => {
    const { user, sale } = shop;
    const before = await figuresOf(user);
    await cancel(user, sale);
    expect(await taken()).toEqual(['0 of 1', '0 of 0.5']);
    await restore(user, sale);
    expect(await figuresOf(user)).toEqual(before);
    await patch(user, sale, { transaction_type: 'BUY' });
    expect(await taken()).toEqual(['0 of 1', '0 of 0.5']);
  });
});

it('keeps to its own transaction', async () => {
  const { user, wallet, buys, sale } = shop;
  await nameLots(user, sale, [lotOf(buys[2], '0.5')]);
  const other = (await enter(user, wallet, 'SELL', '0.5', 10)).body;
  await nameLots(user, other, [lotOf(buys[2], '0.5')]);
  expect([await taken(), await taken(other)]).toEqual([['0.5 of 0.5'], ['0.5 of 0.5']]);
  await enter(user, await newWallet(user), 'BUY', '1', 1);
  expect(await taken()).toEqual(['0.5 of 0.5']);
});

it("is the same 404 for another's transaction as for none", async () => {
  const stranger = await newShop();
  for (const uuid of [shop.sale.uuid, nobodys]) {
    expectError(await namedLots(stranger.user, { uuid }), 404, 'TransactionError', 'Transaction not found');
  }
});

import { beforeEach, expect, it } from 'vitest';
import { expectError, nobodys } from '../answers.ts';
import { figuresOf, versionsOf } from '../database.ts';
import { expectIfMatch } from '../if-match.ts';
import { enter } from './ledger.ts';
import { lotOf, namedLots, nameLots, newShop, type Shop, unnameLots } from './lot-names.ts';

let shop: Shop;

beforeEach(async () => {
  shop = await newShop();
});

it('gives the bits from before they were named, and may be undone as well', async () => {
  const { user, wallet, buys, sale } = shop;
  await enter(user, wallet, 'SELL', '2', 12);
  const before = await figuresOf(user);
  const lots = [lotOf(buys[2], '0.75'), lotOf(buys[1], '0.5')];
  await nameLots(user, sale, lots);
  const named = await figuresOf(user);
  expect(named).not.toEqual(before);
  const answer = await unnameLots(user, sale);
  expect([answer.status, answer.body]).toEqual([204, undefined]);
  expect(await figuresOf(user)).toEqual(before);
  expect((await namedLots(user, sale)).body.lot_selections).toEqual([]);
  await nameLots(user, sale, lots);
  expect(await figuresOf(user)).toEqual(named);
});

it('recalculates nothing where nothing was named', async () => {
  const before = await versionsOf(shop.user);
  expect((await unnameLots(shop.user, shop.sale)).status).toBe(204);
  expect(await versionsOf(shop.user)).toEqual(before);
});

it("is the same 404 for another's transaction as for none, and leaves it alone", async () => {
  const stranger = await newShop();
  await nameLots(shop.user, shop.sale, [lotOf(shop.buys[2], '1')]);
  for (const uuid of [shop.sale.uuid, nobodys]) {
    expectError(await unnameLots(stranger.user, { uuid }), 404, 'TransactionError', 'Transaction not found');
  }
  expect((await namedLots(shop.user, shop.sale)).body.lot_selections).toHaveLength(1);
});

it('heeds If-Match', async () => {
  await nameLots(shop.user, shop.sale, [lotOf(shop.buys[2], '1')]);
  await expectIfMatch(shop.user, `/transaction/${shop.sale.uuid}/lots`, { method: 'DELETE' });
});

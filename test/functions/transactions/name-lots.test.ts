import { beforeEach, describe, expect, it } from 'vitest';
import { balancesOf, newWallet, record, request } from '../../support/api.ts';
import { expectError, expectFault, nobodys } from '../answers.ts';
import { figuresOf, newToken, rowsOf } from '../database.ts';
import { expectIfMatch } from '../if-match.ts';
import { cancel, enter } from './ledger.ts';
import { consumed, lotOf, nameLots, newShop, type Shop } from './lot-names.ts';

let shop: Shop;

beforeEach(async () => {
  shop = await newShop();
});

const name = (lots: unknown, disposal = shop.sale) => nameLots(shop.user, disposal, lots);

describe('naming the lots of a sale', () => {
  it('consumes them first and in their order, and the rest by the method', async () => {
    const { user, wallet, buys, sale } = shop;
    expect(await consumed(user, sale)).toEqual(['SELL FIFO 1: 100', 'SELL FIFO 0.5: 150']);
    const { status, body } = await name([lotOf(buys[2], '1'), lotOf(buys[1], '0.25')]);
    expect([status, body]).toEqual([
      200,
      {
        transaction_uuid: sale.uuid,
        balance_state: 'current',
        lot_selections: [
          {
            transaction_uuid: buys[2].uuid,
            acquired_at: null,
            amount: '1',
            raw_amount: '1000000000000000000',
            taken_amount: '1',
          },
          {
            transaction_uuid: buys[1].uuid,
            acquired_at: null,
            amount: '0.25',
            raw_amount: '250000000000000000',
            taken_amount: '0.25',
          },
        ],
      },
    ]);
    expect(await consumed(user, sale)).toEqual([
      'SELL SPECIFIC 1: 200',
      'SELL SPECIFIC 0.25: 75',
      'SELL FIFO 0.25: 25',
    ]);
    const [balance] = await balancesOf(user, wallet);
    expect(balance).toMatchObject({ realized_pnl_usd: '300', cost_basis_usd: '600', amount: '2.5' });
  });

  it('replaces what was named, and gives the former bits when that is named again', async () => {
    const { user, buys, sale } = shop;
    const raw = { transaction_uuid: buys[1].uuid.toUpperCase(), raw_amount: '1500000000000000000' };
    await name([raw]);
    const first = await figuresOf(user);
    const other = await name([lotOf(buys[0], '0.5', { acquired_at: '2024-01-01T01:00:00+01:00' })]);
    expect(other.body.lot_selections).toHaveLength(1);
    expect(other.body.lot_selections[0].acquired_at).toBe('2024-01-01T00:00:00.000Z');
    // After the half of the first that is named, FIFO takes its other half, and half of the second.
    expect(await consumed(user, sale)).toEqual([
      'SELL SPECIFIC 0.5: 50',
      'SELL FIFO 0.5: 50',
      'SELL FIFO 0.5: 150',
    ]);
    await name([raw]);
    expect(await consumed(user, sale)).toEqual(['SELL SPECIFIC 1.5: 450']);
    expect(await figuresOf(user)).toEqual(first);
  });

  it('leaves later sales what it does not take', async () => {
    const { user, buys } = shop;
    const later = (await enter(user, shop.wallet, 'SELL', '2', 12)).body;
    await name([lotOf(buys[1], '1.5')]);
    expect(await consumed(user, later)).toEqual([
      'SELL FIFO 1: 100',
      'SELL FIFO 0.5: 150',
      'SELL FIFO 0.5: 100',
    ]);
  });

  it('is for gas and transfers as well', async () => {
    const { user, wallet, buys } = shop;
    for (const [type, on] of [['FEE', 11] as const, ['TRANSFER_OUT', 12] as const]) {
      const { body } = await enter(user, wallet, type, '0.5', on);
      expect((await name([lotOf(buys[2], '0.5')], body)).status).toBe(200);
      expect(await consumed(user, body)).toEqual([`${type} SPECIFIC 0.5: 100`]);
    }
  });

  it('chooses dates only in years of average cost', async () => {
    const { user, wallet, buys, sale } = shop;
    const body = { name: 'Average', cost_basis_method: 'AVERAGE', wallet_uuids: [wallet.uuid] };
    await request('POST', '/portfolio', { token: user.token, body });
    const { body: named } = await name([lotOf(buys[2], '1')]);
    expect(named.lot_selections[0].taken_amount).toBe('1');
    // 4 cost 900.
    expect(await consumed(user, sale)).toEqual(['SELL AVERAGE 1: 225', 'SELL AVERAGE 0.5: 112.5']);
    const [, , third] = (await request('GET', `/balance/${sale.balance_uuid}/lots`, { token: user.token }))
      .body.items;
    expect(third).toMatchObject({ transaction_uuid: buys[2].uuid, remaining_amount: '0' });
    expectFault(await name([lotOf(buys[2], '1.25')]), 'lot_selections.0.amount');
  });
});

describe('what cannot be named', () => {
  const expectRefused = async (lots: unknown, field: string, message: RegExp, disposal = shop.sale) => {
    const before = [await figuresOf(shop.user), await rowsOf(shop.user)];
    const answer = await name(lots, disposal);
    expectFault(answer, field);
    expect(answer.body.message).toMatch(message);
    expect([await figuresOf(shop.user), await rowsOf(shop.user)]).toEqual(before);
  };

  it('is more than the transaction disposes of', async () => {
    const { buys } = shop;
    await expectRefused(
      [lotOf(buys[0], '1'), lotOf(buys[1], '0.75')],
      'lot_selections',
      /at most 1\.5 in all.*these are 1\.75/,
    );
  });

  it('is more than was left of the lot then', async () => {
    const { user, wallet, buys } = shop;
    await enter(user, wallet, 'SELL', '0.75', 5);
    await expectRefused([lotOf(buys[0], '1')], 'lot_selections.0.amount', /only 0\.25 of it was left then/);
    await enter(user, wallet, 'FEE', '0.25', 6);
    await expectRefused(
      [lotOf(buys[2], '1'), { transaction_uuid: buys[0].uuid, raw_amount: '1' }],
      'lot_selections.1.raw_amount',
      /only 0 of it was left then/,
    );
    expect((await name([lotOf(buys[2], '1')])).status).toBe(200);
  });

  it('is the same lot twice, with and without its date', async () => {
    const [first] = shop.buys;
    const field = 'lot_selections.1.transaction_uuid';
    const date = '2024-01-01T00:00:00Z';
    for (const pair of [
      [lotOf(first, '0.5'), lotOf({ uuid: first.uuid.toUpperCase() }, '0.5')],
      [lotOf(first, '0.5'), lotOf(first, '0.5', { acquired_at: date })],
      [
        lotOf(first, '0.5', { acquired_at: date }),
        lotOf(first, '0.5', { acquired_at: '2024-01-01T02:00:00+02:00' }),
      ],
    ]) {
      await expectRefused(pair, field, /named before/);
    }
  });

  it('is no acquisition of the same wallet and token', async () => {
    const { user, wallet, sale } = shop;
    const stranger = await newShop();
    const elsewhere = await enter(user, await newWallet(user), 'BUY', '1', 1);
    const token = await newToken();
    const otherToken = await record(user, wallet, {
      token_uuid: token.uuid,
      transaction_type: 'BUY',
      amount: '1',
      timestamp: '2024-01-01T00:00:00Z',
    });
    for (const uuid of [
      nobodys,
      stranger.buys[0].uuid,
      elsewhere.body.uuid,
      otherToken.body.uuid,
      sale.uuid,
    ]) {
      await expectRefused(
        [lotOf({ uuid }, '1')],
        'lot_selections.0.transaction_uuid',
        /expected a BUY or TRANSFER_IN of the same token in the same wallet$/,
      );
    }
  });

  it('is a later purchase, or one that does not count', async () => {
    const { user, wallet, buys } = shop;
    const later = (await enter(user, wallet, 'BUY', '1', 11)).body;
    const field = 'lot_selections.0.transaction_uuid';
    await expectRefused(
      [lotOf(later, '1')],
      field,
      /before 2024-01-10T00:00:00.000Z: this one is of 2024-01-11/,
    );
    await cancel(user, buys[0]);
    await expectRefused([lotOf(buys[0], '1')], field, /this one is cancelled/);
  });

  it('is a date on which nothing was acquired that is left', async () => {
    await expectRefused(
      [lotOf(shop.buys[0], '1', { acquired_at: '2024-01-02T00:00:00Z' })],
      'lot_selections.0.acquired_at',
      /GET \/balance\/\{balance_uuid\}\/lots tells the dates/,
    );
  });

  it('is anything for what consumes no lots', async () => {
    const { user, buys, sale } = shop;
    await expectRefused([lotOf(buys[0], '1')], 'lot_selections', /this is a BUY/, buys[1]);
    await cancel(user, sale);
    await expectRefused([lotOf(buys[0], '1')], 'lot_selections', /this one is cancelled/);
  });

  it.each([
    ['lot_selections', () => []],
    ['lot_selections', () => Array(201).fill(lotOf(shop.buys[0], '0.001'))],
    ['lot_selections.0.amount', () => [lotOf(shop.buys[0], '0')]],
    ['lot_selections.0.amount', () => [lotOf(shop.buys[0], '-1')]],
    ['lot_selections.0.amount', () => [lotOf(shop.buys[0], '0.0000000000000000001')]],
    ['lot_selections.0.amount', () => [{ transaction_uuid: shop.buys[0].uuid }]],
    ['lot_selections.0.amount', () => [lotOf(shop.buys[0], '1', { raw_amount: '1' })]],
    ['lot_selections.0.transaction_uuid', () => [lotOf({ uuid: '1' }, '1')]],
    ['lot_selections.0.acquired_at', () => [lotOf(shop.buys[0], '1', { acquired_at: '2024-01-01' })]],
    ['lot_selections.0.lot_uuid', () => [lotOf(shop.buys[0], '1', { lot_uuid: nobodys })]],
  ])('is a wrong %s', async (field, lots) => {
    await expectRefused(lots(), field, /expected|is not a field|Too|Invalid/);
  });

  it("is anything of another's transaction, which is as good as none", async () => {
    const stranger = await newShop();
    const lots = [lotOf(stranger.buys[0], '1')];
    for (const uuid of [shop.sale.uuid, nobodys]) {
      const answer = await nameLots(stranger.user, { uuid }, lots);
      expectError(answer, 404, 'TransactionError', 'Transaction not found');
    }
  });
});

it('heeds If-Match', () =>
  expectIfMatch(shop.user, `/transaction/${shop.sale.uuid}/lots`, {
    method: 'PUT',
    body: { lot_selections: [lotOf(shop.buys[0], '1')] },
  }));

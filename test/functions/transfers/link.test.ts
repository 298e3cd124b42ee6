import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { balancesOf, everyItem, type Json, newUser, newWallet, type TestUser } from '../../support/api.ts';
import { expectError, expectFault, nobodys } from '../answers.ts';
import { newToken } from '../database.ts';
import { cancel, enter, link, remove, show } from '../transactions/ledger.ts';

let user: TestUser;
let token_uuid: string;
let from: Json;
let into: Json;

beforeAll(async () => {
  user = await newUser();
});

beforeEach(async () => {
  token_uuid = (await newToken()).uuid;
  from = await newWallet(user);
  into = await newWallet(user);
  await enter(user, from, 'BUY', '10', 1, { token_uuid, price_usd: '3', fee_usd: '1' });
});

const send = async (amount = '4', on = 2, fields: object = {}) =>
  (await enter(user, from, 'TRANSFER_OUT', amount, on, { token_uuid, ...fields })).body;
const receive = async (amount = '4', on = 2, fields: object = {}) =>
  (await enter(user, into, 'TRANSFER_IN', amount, on, { token_uuid, price_usd: '900', ...fields })).body;

describe('linking what was sent with what was received', () => {
  it('answers both sides, and coins keep their dates and costs', async () => {
    const [sent, received] = [await send(), await receive()];
    const { status, body } = await link(user, sent, received);
    expect(status).toBe(201);
    expect(body).toEqual({
      uuid: sent.uuid,
      out: (await show(user, sent)).body,
      in: (await show(user, received)).body,
      fee: '0',
      origin: 'manual',
    });
    expect(body.out.linked_transaction_uuid).toBe(received.uuid);
    const [balance] = await balancesOf(user, into);
    expect(balance).toMatchObject({ amount: '4', cost_basis_usd: '12.4', state: 'current' });
    const [lot] = await everyItem(user, `/balance/${balance.uuid}/lots`);
    expect(lot).toMatchObject({ acquired_at: '2024-01-01T00:00:00.000Z', cost_usd: '12.4' });
  });

  it('spends what does not arrive as a fee: what is moved and what is spent add up to what was taken', async () => {
    const [sent, received] = [await send('4', 2, { price_usd: '5' }), await receive('3.7', 3)];
    const { body } = await link(user, sent, received);
    expect(body.fee).toBe('0.3');
    const [sender] = await balancesOf(user, from);
    expect(sender).toMatchObject({
      amount: '6',
      cost_basis_usd: '18.6',
      // 0.3 at 5, and the fee of the purchase; 0.3 cost 0.93.
      fees_usd: '2.5',
      realized_pnl_usd: '0.57',
      basis_complete: true,
    });
    expect((await balancesOf(user, into))[0]).toMatchObject({ amount: '3.7', cost_basis_usd: '11.47' });
    const matches = await everyItem(user, `/balance/${sender.uuid}/matches`);
    expect(matches.map(({ kind, amount, cost_usd, gain_usd }) => [kind, amount, cost_usd, gain_usd])).toEqual(
      [
        ['TRANSFER_OUT', '3.7', '11.47', null],
        ['FEE', '0.3', '0.93', '0.57'],
      ],
    );
  });

  it('takes a receipt that its clock puts up to a day before the sending', async () => {
    const [sent, received] = [await send('4', 5), await receive('4', 4)];
    expect((await link(user, sent, received)).status).toBe(201);
    expect((await balancesOf(user, into))[0]).toMatchObject({ cost_basis_usd: '12.4' });
  });
});

describe('what is no transfer is refused with the reason', () => {
  it.each<[string, string, () => Promise<[Json, Json]>]>([
    [
      'a sale',
      'out',
      async () => [(await enter(user, from, 'SELL', '4', 2, { token_uuid })).body, await receive()],
    ],
    [
      'a purchase',
      'in',
      async () => [await send(), (await enter(user, into, 'BUY', '4', 2, { token_uuid })).body],
    ],
    ['the two sides swapped', 'out', async () => [await receive(), await send()]],
    ['another token', 'in', async () => [await send(), await receive('4', 2, { token_uuid: undefined })]],
    [
      'one wallet',
      'in',
      async () => [await send(), (await enter(user, from, 'TRANSFER_IN', '4', 2, { token_uuid })).body],
    ],
    ['more than was sent', 'in', async () => [await send(), await receive('4.000000000000000001')]],
    ['long before the sending', 'in', async () => [await send('4', 5), await receive('4', 3)]],
  ])('%s', async (_, field, make) => {
    const [out, received] = await make();
    expectFault(await link(user, out, received), field);
    expect((await show(user, out)).body).toEqual(out);
  });

  it('a cancelled side', async () => {
    const [sent, received] = [await send(), await receive()];
    await cancel(user, sent);
    expectFault(await link(user, sent, received), 'out');
  });

  it('coins that were spent before they were sent', async () => {
    const [sent, received] = [await send('4', 5), await receive('4', 4)];
    await enter(user, into, 'SELL', '1', 4, { token_uuid, timestamp: '2024-01-04T12:00:00Z' });
    const answer = await link(user, sent, received);
    expectFault(answer, 'in');
    expect(answer.body.message).toContain('short of 1 TEST');
    expect((await show(user, received)).body.linked_transaction_uuid).toBeNull();
  });
});

it('refuses what is linked already', async () => {
  const [sent, received] = [await send(), await receive()];
  await link(user, sent, received);
  expectError(await link(user, sent, received), 409, 'ConflictError', 'end that link first');
  expectError(await link(user, sent, await receive('1')), 409, 'ConflictError', 'out: is linked already');
  await remove(user, sent);
  expect((await link(user, await send(), received)).status).toBe(201);
});

it("treats another user's transactions as if they were not there", async () => {
  const [sent, received] = [await send(), await receive()];
  const stranger = await newUser();
  const foreign = [
    await link(stranger, sent, received),
    await link(user, sent, { uuid: nobodys }),
    await link(user, { uuid: nobodys }, received),
  ];
  for (const answer of foreign) expectError(answer, 404, 'TransactionError', 'Transaction not found');
});

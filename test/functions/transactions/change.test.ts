import { randomBytes } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { balancesOf, type Json, newUser, newWallet, type TestUser } from '../../support/api.ts';
import { expectError, expectFault, nobodys } from '../answers.ts';
import { newToken } from '../database.ts';
import { enter, link, patch, show } from './ledger.ts';

let user: TestUser;
let wallet: Json;

beforeAll(async () => {
  user = await newUser();
});

beforeEach(async () => {
  wallet = await newWallet(user);
});

const buy = async (amount = '2', on = 1, fields: object = {}) =>
  (await enter(user, wallet, 'BUY', amount, on, fields)).body;

const newHash = () => `0x${randomBytes(32).toString('hex')}`;

describe('of a transaction entered by hand', () => {
  it('every field can change, and the balance follows', async () => {
    const bought = await buy();
    const hash = newHash();
    const edit = {
      transaction_type: 'TRANSFER_IN',
      amount: '3',
      price_usd: '50',
      fee_usd: '1',
      timestamp: '2023-12-31T00:00:00Z',
      transaction_hash: hash,
      block_number: 7,
      gas_used: 21_000,
      gas_price: '5',
    };
    const { status, body } = await patch(user, bought, edit);
    expect(status).toBe(200);
    expect(body).toEqual({
      ...bought,
      ...edit,
      raw_amount: '3000000000000000000',
      value_usd: '150',
      timestamp: '2023-12-31T00:00:00.000Z',
      gas_used: '21000',
      updated_at: body.updated_at,
    });
    expect(body.updated_at > bought.updated_at).toBe(true);
    expect((await show(user, bought)).body).toEqual(body);
    expect((await balancesOf(user, wallet))[0]).toMatchObject({
      amount: '3',
      cost_basis_usd: '150',
      state: 'current',
    });
  });

  it('null clears what may be unknown', async () => {
    const bought = await buy('2', 1, {
      fee_usd: '1',
      transaction_hash: newHash(),
      block_number: 7,
      gas_used: 1,
      gas_price: 1,
    });
    const cleared = {
      price_usd: null,
      fee_usd: null,
      transaction_hash: null,
      block_number: null,
      gas_used: null,
      gas_price: null,
    };
    expect((await patch(user, bought, cleared)).body).toMatchObject({ ...cleared, value_usd: null });
    expect((await balancesOf(user, wallet))[0]).toMatchObject({
      cost_basis_usd: null,
      basis_complete: false,
    });
  });

  it('the quantity can be given in the smallest unit', async () => {
    const { body } = await patch(user, await buy(), { raw_amount: '5' });
    expect(body).toMatchObject({ amount: '0.000000000000000005', raw_amount: '5' });
  });

  it('re-matches what comes after, from the earlier of the old time and the new', async () => {
    const first = await buy('1', 1);
    await buy('1', 5, { price_usd: '300' });
    await enter(user, wallet, 'SELL', '1', 20, { price_usd: '400' });
    await patch(user, first, { timestamp: '2024-01-10T00:00:00Z' });
    expect((await balancesOf(user, wallet))[0]).toMatchObject({
      realized_pnl_usd: '100',
      cost_basis_usd: '100',
    });
    await patch(user, first, { timestamp: '2024-01-02T00:00:00Z' });
    expect((await balancesOf(user, wallet))[0]).toMatchObject({
      realized_pnl_usd: '300',
      cost_basis_usd: '300',
    });
  });

  it.each([
    ['amount', { amount: '0' }],
    ['amount', { amount: '1', raw_amount: '1' }],
    ['amount', { amount: '0.0000000000000000001' }],
    ['amount', { amount: null }],
    ['price_usd', { price_usd: 1 }],
    ['timestamp', { timestamp: null }],
    ['timestamp', { timestamp: '2999-01-01T00:00:00Z' }],
    ['transaction_type', { transaction_type: 'AIRDROP' }],
    ['body', {}],
    ['status', { status: 'cancelled' }],
  ])('refuses a wrong %s: %j', async (field, edit) => {
    const bought = await buy();
    expectFault(await patch(user, bought, edit), field);
    expect((await show(user, bought)).body).toEqual(bought);
  });

  it.each(['wallet_uuid', 'chain_id', 'token_uuid', 'contract_address'])(
    '%s cannot change',
    async (field) => {
      const answer = await patch(user, await buy(), { [field]: nobodys });
      expectFault(answer, field);
      expect(answer.body.message).toContain('delete this transaction and record it anew');
    },
  );

  it.each([
    ['amount', { amount: '0.9' }],
    ['timestamp', { timestamp: '2024-01-11T00:00:00Z' }],
    ['transaction_type', { transaction_type: 'SELL' }],
  ])('refuses a %s that would leave the wallet short later', async (field, edit) => {
    const bought = await buy('1', 1);
    await enter(user, wallet, 'SELL', '1', 10);
    await buy('5', 20);
    const before = await balancesOf(user, wallet);
    const answer = await patch(user, bought, edit);
    expectFault(answer, field);
    expect(answer.body.message).toContain('short of');
    expect((await show(user, bought)).body).toEqual(bought);
    expect(await balancesOf(user, wallet)).toEqual(before);
  });

  it('does not become a transfer that is recorded already', async () => {
    const hash = newHash();
    await buy('1', 1, { transaction_hash: hash });
    const other = await buy('2', 1, { transaction_hash: hash });
    expectError(
      await patch(user, other, { amount: '1' }),
      409,
      'ConflictError',
      'recorded in the wallet already',
    );
    expect((await patch(user, other, { price_usd: '7' })).status).toBe(200);
  });
});

describe('of a linked own transfer', () => {
  const transfer = async (fields: object = {}) => {
    const { uuid: token_uuid } = await newToken();
    const all = { token_uuid, ...fields };
    await buy('2', 1, all);
    const other = await newWallet(user);
    const sent = (await enter(user, wallet, 'TRANSFER_OUT', '1', 2, all)).body;
    const received = (await enter(user, other, 'TRANSFER_IN', '1', 2, all)).body;
    return { sent, received, other };
  };

  it('an automatic link ends and comes as the two cease and begin to agree', async () => {
    const { sent, received, other } = await transfer({ transaction_hash: newHash() });
    expect((await show(user, sent)).body.linked_transaction_uuid).toBe(received.uuid);
    const ended = await patch(user, sent, { amount: '1.5' });
    expect(ended.body.linked_transaction_uuid).toBeNull();
    expect((await balancesOf(user, wallet))[0]).toMatchObject({ amount: '0.5', cost_basis_usd: '50' });
    await patch(user, sent, { amount: '1', price_usd: '7' });
    expect((await show(user, received)).body.linked_transaction_uuid).toBe(sent.uuid);
    await patch(user, received, { price_usd: '999' });
    expect((await balancesOf(user, other))[0]).toMatchObject({ amount: '1', cost_basis_usd: '100' });
  });

  it("changes the other wallet's lots along, and the fee of the network", async () => {
    const { sent, received, other } = await transfer();
    expect((await link(user, sent, received)).status).toBe(201);
    await patch(user, received, { amount: '0.9' });
    expect((await balancesOf(user, wallet))[0]).toMatchObject({
      amount: '1',
      fees_usd: '10',
      cost_basis_usd: '100',
    });
    expect((await balancesOf(user, other))[0]).toMatchObject({ amount: '0.9', cost_basis_usd: '90' });
    await patch(user, received, { amount: '1' });
    expect((await balancesOf(user, wallet))[0]).toMatchObject({ fees_usd: '0' });
  });

  it.each([
    ['amount', { amount: '1.1' }],
    ['timestamp', { timestamp: '2023-12-01T00:00:00Z' }],
    ['transaction_type', { transaction_type: 'BUY' }],
  ])('refuses a %s that would break a link made by hand', async (field, edit) => {
    const { sent, received } = await transfer();
    await link(user, sent, received);
    const answer = await patch(user, received, edit);
    expectFault(answer, field);
    expect(answer.body.message).toContain('end the link first');
  });
});

it('heeds If-Match', async () => {
  const bought = await buy();
  const { headers } = await show(user, bought);
  const etag = headers.get('etag') ?? '';
  const changed = await patch(user, bought, { price_usd: '1' }, { 'if-match': etag });
  expect(changed.status).toBe(200);
  expectError(await patch(user, bought, { price_usd: '2' }, { 'if-match': etag }), 412, 'PreconditionFailed');
  expect((await show(user, bought)).headers.get('etag')).toBe(changed.headers.get('etag'));
});

it("does not change another user's", async () => {
  const bought = await buy();
  const stranger = await newUser();
  const foreign = await patch(stranger, bought, { price_usd: '1' });
  expectError(foreign, 404, 'TransactionError', 'Transaction not found');
  expect({ ...foreign.body, request_id: '' }).toEqual({
    ...(await patch(stranger, { uuid: nobodys }, { price_usd: '1' })).body,
    request_id: '',
  });
  expect((await show(user, bought)).body).toEqual(bought);
});

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
import { anInstant, aUuid, expectError, expectFault, nobodys } from '../answers.ts';
import { newToken, rowsOf } from '../database.ts';

const usdc = '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48';
const hash = (digit: string) => `0x${digit.repeat(64)}`;

let user: TestUser;
let wallet: Json;

beforeAll(async () => {
  user = await newUser();
  wallet = await newWallet(user);
});

const buy = { transaction_type: 'BUY', amount: '1', price_usd: '2000', timestamp: '2024-01-01T00:00:00Z' };

/** A refusal that leaves no trace. */
const expectRefused = async (fields: Record<string, unknown>, field: string) => {
  const before = await rowsOf(user);
  expectFault(await record(user, wallet, { ...buy, ...fields }), field);
  expect(await rowsOf(user)).toEqual(before);
};

describe('recording a transaction', () => {
  it('answers it whole', async () => {
    const answer = await record(user, wallet, {
      transaction_type: 'BUY',
      amount: '1.50',
      price_usd: '2000.10',
      fee_usd: '3.0',
      transaction_hash: hash('a').toUpperCase().replace('0X', '0x'),
      timestamp: '2024-03-01T12:00:00+02:00',
      block_number: 19_338_000,
      gas_used: 21_000,
      gas_price: '30000000000',
    });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      uuid: aUuid,
      wallet_uuid: wallet.uuid,
      balance_uuid: aUuid,
      balance_state: 'current',
      chain_id: 1,
      token: { uuid: aUuid, symbol: 'ETH', name: 'Ether', decimals: 18, contract_address: null },
      transaction_type: 'BUY',
      status: 'confirmed',
      amount: '1.5',
      raw_amount: '1500000000000000000',
      price_usd: '2000.1',
      price_source: null,
      price_at: null,
      value_usd: '3000.15',
      fee_usd: '3',
      transaction_hash: hash('a'),
      timestamp: '2024-03-01T10:00:00.000Z',
      block_number: 19_338_000,
      gas_used: '21000',
      gas_price: '30000000000',
      source: 'manual',
      needs_review: false,
      linked_transaction_uuid: null,
      batch_uuid: null,
      created_at: anInstant,
      updated_at: anInstant,
    });
  });

  it('takes what is not known for unknown, never for zero', async () => {
    const { body } = await record(user, wallet, { ...buy, price_usd: null, fee_usd: null });
    expect([body.price_usd, body.value_usd, body.fee_usd]).toEqual([null, null, null]);
    expect([body.transaction_hash, body.block_number, body.gas_used, body.gas_price]).toEqual(
      Array(4).fill(null),
    );
  });

  it('shows the caller its own write at once', async () => {
    const fresh = await newWallet(user);
    const { body } = await record(user, fresh, { ...buy, fee_usd: '10' });
    const [balance] = await balancesOf(user, fresh);
    expect(balance).toMatchObject({
      uuid: body.balance_uuid,
      amount: '1',
      raw_amount: '1000000000000000000',
      cost_basis_usd: '2010',
      fees_usd: '10',
      state: 'current',
    });
  });

  it.each([
    ['1.23', '1230000'],
    ['0.000001', '1'],
    ['1.5000000000', '1500000'],
    ['007', '7000000'],
  ])('writes the amount %s of a token of 6 decimals as %s', async (amount, raw) => {
    const { status, body } = await record(user, wallet, { ...buy, contract_address: usdc, amount });
    expect([status, body.raw_amount]).toEqual([201, raw]);
  });

  it.each([
    ['1', '0.000001'],
    ['1230000', '1.23'],
    ['5000000', '5'],
  ])('takes the raw amount %s of a token of 6 decimals for %s', async (raw_amount, amount) => {
    const fields = { ...buy, amount: undefined, raw_amount, contract_address: usdc };
    expect((await record(user, wallet, fields)).body).toMatchObject({ amount, raw_amount });
  });

  it('holds the largest quantity there is, 2^256 - 1, to the last unit', async () => {
    const token = await newToken({ decimals: 0 });
    const most = String(2n ** 256n - 1n);
    const fields = { ...buy, amount: undefined, raw_amount: most, token_uuid: token.uuid };
    expect((await record(user, await newWallet(user), fields)).body).toMatchObject({
      amount: most,
      raw_amount: most,
    });
  });

  it('finds the token by uuid or by contract address in any case, and the native one by neither', async () => {
    const byAddress = await record(user, wallet, { ...buy, contract_address: usdc.toLowerCase() });
    expect(byAddress.body.token).toMatchObject({ symbol: 'USDC', decimals: 6, contract_address: usdc });
    const byUuid = await record(user, wallet, { ...buy, token_uuid: byAddress.body.token.uuid });
    expect(byUuid.body.token).toEqual(byAddress.body.token);
    const native = await record(user, wallet, { ...buy, chain_id: 'solana' });
    expect(native.body).toMatchObject({
      chain_id: 'solana',
      token: { symbol: 'SOL', contract_address: null },
    });
    const bsc = await record(user, wallet, { ...buy, chain_id: '56' });
    expect(bsc.body).toMatchObject({ chain_id: 56, token: { symbol: 'BNB' } });
  });

  it('keeps the case of a hash where case matters', async () => {
    const signature =
      '5VERv8NMvzbJMEkV8xnrLkEaWRtSz9CosKDYjCJjBRnbJLgp8uirBgmQpjKhoR4tjF3ZpRzrFmBV6UjKdiSZkQUW';
    const { body } = await record(user, wallet, { ...buy, chain_id: 'solana', transaction_hash: signature });
    expect(body.transaction_hash).toBe(signature);
  });
});

describe('a wrong field', () => {
  it.each<[string, Record<string, unknown>]>([
    ['wallet_uuid', { wallet_uuid: undefined }],
    ['wallet_uuid', { wallet_uuid: 1 }],
    ['chain_id', { chain_id: undefined }],
    ['chain_id', { chain_id: 2 }],
    ['chain_id', { chain_id: 'ethereum' }],
    ['chain_id', { chain_id: '' }],
    ['chain_id', { chain_id: -1 }],
    ['token_uuid', { token_uuid: 'USDC' }],
    ['token_uuid', { token_uuid: nobodys, contract_address: usdc }],
    ['contract_address', { contract_address: '' }],
    ['contract_address', { contract_address: 'USDC' }],
    ['contract_address', { contract_address: usdc.replace('A', 'a') }],
    ['transaction_type', { transaction_type: undefined }],
    ['transaction_type', { transaction_type: 'buy' }],
    ['transaction_type', { transaction_type: 'AIRDROP' }],
    ['amount', { amount: undefined }],
    ['amount', { raw_amount: '1' }],
    ['amount', { amount: 1 }],
    ['amount', { amount: null }],
    ['amount', { amount: '' }],
    ['amount', { amount: '0' }],
    ['amount', { amount: '0.000' }],
    ['amount', { amount: '-1' }],
    ['amount', { amount: '+1' }],
    ['amount', { amount: '1e3' }],
    ['amount', { amount: '1,000' }],
    ['amount', { amount: '.5' }],
    ['amount', { amount: '5.' }],
    ['amount', { amount: ' 1' }],
    ['amount', { amount: '1\n' }],
    ['amount', { amount: '١' }],
    ['amount', { amount: 'NaN' }],
    ['amount', { amount: '0x1' }],
    ['amount', { amount: '0.0000000000000000001' }],
    ['amount', { amount: '1.0000001', contract_address: usdc }],
    ['amount', { amount: '9'.repeat(60) }],
    ['amount', { amount: '9'.repeat(79) }],
    ['raw_amount', { amount: undefined, raw_amount: '0' }],
    ['raw_amount', { amount: undefined, raw_amount: '1.5' }],
    ['raw_amount', { amount: undefined, raw_amount: 1 }],
    ['raw_amount', { amount: undefined, raw_amount: '-1' }],
    ['raw_amount', { amount: undefined, raw_amount: String(2n ** 256n) }],
    ['price_usd', { price_usd: 2000 }],
    ['price_usd', { price_usd: '-1' }],
    ['price_usd', { price_usd: '$2000' }],
    ['price_usd', { price_usd: '0.0000000000000000001' }],
    ['price_usd', { price_usd: '9'.repeat(61) }],
    ['fee_usd', { fee_usd: 1 }],
    ['fee_usd', { fee_usd: '-0.1' }],
    ['transaction_hash', { transaction_hash: '' }],
    ['transaction_hash', { transaction_hash: '0x12; --' }],
    ['transaction_hash', { transaction_hash: 'a'.repeat(129) }],
    ['timestamp', { timestamp: undefined }],
    ['timestamp', { timestamp: 'yesterday' }],
    ['timestamp', { timestamp: 1_704_067_200 }],
    ['timestamp', { timestamp: '2024-01-01' }],
    ['timestamp', { timestamp: '2024-01-01T00:00:00' }],
    ['timestamp', { timestamp: '2024-02-30T00:00:00Z' }],
    ['timestamp', { timestamp: '2999-01-01T00:00:00Z' }],
    ['timestamp', { timestamp: '0000-01-01T00:00:00Z' }],
    ['block_number', { block_number: -1 }],
    ['block_number', { block_number: 1.5 }],
    ['block_number', { block_number: '1' }],
    ['gas_used', { gas_used: -1 }],
    ['gas_used', { gas_used: '1.5' }],
    ['gas_price', { gas_price: 'fast' }],
  ])('%s is named, and nothing is written: %j', async (field, fields) => {
    await expectRefused(fields, field);
  });
});

describe('what is not there', () => {
  it.each([
    ['an unknown token', { token_uuid: nobodys }],
    ['an unknown contract', { contract_address: '0x00000000000000000000000000000000000000ff' }],
    ['a token of another chain', { contract_address: usdc, chain_id: 56 }],
  ])('is a 404, and writes nothing: %s', async (_, fields) => {
    const before = await rowsOf(user);
    expectError(await record(user, wallet, { ...buy, ...fields }), 404, 'TokenError', 'Token not found');
    expect(await rowsOf(user)).toEqual(before);
  });

  it("does not write into another user's wallet", async () => {
    const stranger = await newUser();
    const before = await rowsOf(user);
    expectError(await record(stranger, wallet, buy), 404, 'WalletError', 'Wallet not found');
    expect(await rowsOf(user)).toEqual(before);
    expect(await rowsOf(stranger)).toMatchObject({ transactions: 0, balances: 0 });
  });
});

describe('a transaction hash', () => {
  const swap = (fields: Record<string, unknown>) => ({
    ...buy,
    transaction_hash: hash('b'),
    timestamp: '2024-02-01T00:00:00Z',
    ...fields,
  });

  it('may carry both legs of a swap', async () => {
    const fresh = await newWallet(user);
    await record(user, fresh, { ...buy, amount: '2' });
    const sold = await record(user, fresh, swap({ transaction_type: 'SELL' }));
    const bought = await record(
      user,
      fresh,
      swap({ amount: '2000', price_usd: '1', contract_address: usdc }),
    );
    expect([sold.status, bought.status]).toEqual([201, 201]);
    expect(sold.body.transaction_hash).toBe(bought.body.transaction_hash);
  });

  it('does not carry the same transfer twice, in whatever case it is written', async () => {
    const fresh = await newWallet(user);
    await record(user, fresh, swap({}));
    const before = await rowsOf(user);
    const again = swap({ transaction_hash: `0x${'B'.repeat(64)}`, amount: '1.0' });
    expectError(await record(user, fresh, again), 409, 'ConflictError', 'recorded in the wallet already');
    expect(await rowsOf(user)).toEqual(before);
  });

  it('carries a transfer once, however many send it at once', async () => {
    const fresh = await newWallet(user);
    const answers = await Promise.all(Array.from({ length: 8 }, () => record(user, fresh, swap({}))));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(409)]);
    expect((await balancesOf(user, fresh))[0].amount).toBe('1');
  });

  it("says nothing about another wallet's transfers", async () => {
    const [one, two] = [await newWallet(user), await newWallet(user)];
    const other = { transaction_hash: hash('c') };
    expect((await record(user, one, swap(other))).status).toBe(201);
    expect((await record(user, two, swap(other))).status).toBe(201);
  });
});

it('rejects an empty list of fields by naming what is missing', async () => {
  const { body } = await request('POST', '/transaction', { token: user.token, body: {} });
  expect(body.details.map((fault: Json) => fault.field)).toEqual(
    expect.arrayContaining(['wallet_uuid', 'chain_id', 'transaction_type', 'timestamp']),
  );
});

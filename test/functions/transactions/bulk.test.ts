import { randomBytes, randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { balancesOf, type Json, newUser, newWallet, request, type TestUser } from '../../support/api.ts';
import { expectError, nobodys } from '../answers.ts';
import { rowsOf } from '../database.ts';
import { purchase } from '../purchase.ts';
import { day, show } from './ledger.ts';

let user: TestUser;
let wallet: Json;

beforeAll(async () => {
  user = await newUser();
});

beforeEach(async () => {
  wallet = await newWallet(user);
});

const entry = (fields: object = {}) => ({ wallet_uuid: wallet.uuid, chain_id: 1, ...purchase, ...fields });

const send = (transactions: unknown[], headers: Record<string, string> = {}) =>
  request('POST', '/transaction/bulk', { token: user.token, body: { transactions }, headers });

/** A refusal that names just these fields, and leaves no trace. */
const expectRefused = async (transactions: unknown[], status: number, fields: string[]) => {
  const before = await rowsOf(user);
  const answer = await send(transactions);
  expect([answer.status, answer.body.details?.map(({ field }: Json) => field)]).toEqual([status, fields]);
  expect(await rowsOf(user)).toEqual(before);
  return answer;
};

describe('many transactions', () => {
  it('are answered in their order, each as it is shown', async () => {
    const other = await newWallet(user);
    const { status, body } = await send([
      entry({ amount: '3' }),
      entry({ wallet_uuid: other.uuid, chain_id: 'solana', amount: '7' }),
      entry({ transaction_type: 'SELL', timestamp: day(2) }),
    ]);
    expect(status).toBe(201);
    expect(body.items.map(({ amount, chain_id }: Json) => [amount, chain_id])).toEqual([
      ['3', 1],
      ['7', 'solana'],
      ['1', 1],
    ]);
    for (const item of body.items) expect((await show(user, item)).body).toEqual(item);
    expect((await balancesOf(user, wallet))[0]).toMatchObject({ amount: '2', state: 'current' });
    expect((await balancesOf(user, other))[0]).toMatchObject({ amount: '7' });
  });

  it('may depend on each other in whatever order they come', async () => {
    const { status } = await send([entry({ transaction_type: 'SELL', timestamp: day(2) }), entry()]);
    expect(status).toBe(201);
    expect((await balancesOf(user, wallet))[0]).toMatchObject({ amount: '0', shortfall: '0' });
  });

  it('link own transfers among them', async () => {
    const other = await newWallet(user);
    const transaction_hash = `0x${randomBytes(32).toString('hex')}`;
    const { body } = await send([
      entry({
        wallet_uuid: other.uuid,
        transaction_type: 'TRANSFER_IN',
        transaction_hash,
        timestamp: day(3),
        price_usd: null,
      }),
      entry({ transaction_type: 'TRANSFER_OUT', transaction_hash, timestamp: day(2) }),
      entry(),
    ]);
    expect(body.items[0].linked_transaction_uuid).toBe(body.items[1].uuid);
    expect((await balancesOf(user, other))[0]).toMatchObject({ amount: '1', cost_basis_usd: '100' });
  });

  it('are a thousand in one call, replayed once', async () => {
    const transactions = Array.from({ length: 1000 }, (_, place) =>
      entry({
        transaction_type: place % 3 === 2 ? 'SELL' : 'BUY',
        timestamp: new Date(Date.UTC(2024, 0, 1, 0, place)).toISOString(),
      }),
    );
    const { status, body } = await send(transactions.toReversed());
    expect([status, body.items.length]).toEqual([201, 1000]);
    expect((await balancesOf(user, wallet))[0]).toMatchObject({ amount: '334', state: 'current' });
  });

  it('are recorded once where the request is repeated with its key', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const first = await send([entry(), entry()], key);
    expect((await send([entry(), entry()], key)).body).toEqual(first.body);
    expect((await balancesOf(user, wallet))[0].amount).toBe('2');
  });
});

describe('one at fault refuses all, and every one is named', () => {
  it('by its shape', async () => {
    await expectRefused(
      [entry(), entry({ amount: 1 }), entry({ chain_id: undefined, status: 'confirmed' }), entry()],
      400,
      ['transactions.1.amount', 'transactions.2.chain_id', 'transactions.2.status'],
    );
  });

  it('by what it names and what it says', async () => {
    const answer = await expectRefused(
      [
        entry({ amount: '0' }),
        entry(),
        entry({ chain_id: 2 }),
        entry({ token_uuid: nobodys }),
        entry({ contract_address: '0x00000000000000000000000000000000000000ff' }),
        entry({ contract_address: 'USDC' }),
        entry({ timestamp: '2999-01-01T00:00:00Z' }),
      ],
      400,
      [
        'transactions.0.amount',
        'transactions.2.chain_id',
        'transactions.3.token_uuid',
        'transactions.4.contract_address',
        'transactions.5.contract_address',
        'transactions.6.timestamp',
      ],
    );
    expect(answer.body.message).toMatch(/^transactions\.0\.amount: /);
  });

  it('by repeating a transfer, recorded before or in the same call', async () => {
    const transaction_hash = `0x${randomBytes(32).toString('hex')}`;
    await send([entry({ transaction_hash })]);
    await expectRefused(
      [
        entry({ transaction_hash, amount: '2' }),
        entry({ transaction_hash }),
        entry({ transaction_hash, amount: '2.0' }),
      ],
      409,
      ['transactions.1.transaction_hash', 'transactions.2.transaction_hash'],
    );
  });

  it('by leaving a wallet short in the end', async () => {
    const sale = entry({ transaction_type: 'SELL', timestamp: day(2) });
    const answer = await expectRefused([entry(), sale, sale], 400, [
      'transactions.1.amount',
      'transactions.2.amount',
    ]);
    expect(answer.body.message).toContain('short of 1 ETH');
  });

  it.each([[[]], [Array.from({ length: 1001 }, () => ({}))]])('by their number', async (transactions) => {
    const answer = await send(transactions);
    expect([answer.status, answer.body.details.at(-1).field]).toEqual([400, 'transactions']);
  });

  it("by a wallet that is another user's, or nobody's", async () => {
    const theirs = await newWallet(await newUser());
    for (const wallet_uuid of [theirs.uuid, nobodys]) {
      const before = await rowsOf(user);
      expectError(await send([entry(), entry({ wallet_uuid })]), 404, 'WalletError', 'Wallet not found');
      expect(await rowsOf(user)).toEqual(before);
    }
  });
});

import { randomBytes } from 'node:crypto';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { balancesOf, type Json, newUser, newWallet, type TestUser } from '../../support/api.ts';
import { expectError, expectFault } from '../answers.ts';
import { walk } from '../walk.ts';
import { cancel, enter, show } from './ledger.ts';

let user: TestUser;
let wallet: Json;

beforeAll(async () => {
  user = await newUser();
});

beforeEach(async () => {
  wallet = await newWallet(user);
});

it('keeps a transaction in the lists, and out of the balance', async () => {
  await enter(user, wallet, 'BUY', '1', 1);
  const wrong = (await enter(user, wallet, 'BUY', '5', 2)).body;
  const { status, body } = await cancel(user, wrong);
  expect(status).toBe(200);
  expect(body).toEqual({ ...wrong, status: 'cancelled', updated_at: body.updated_at });
  const listed = await walk(user, `/wallet/transactions/${wallet.uuid}`, 10);
  expect(listed.map((transaction) => transaction.status)).toEqual(['cancelled', 'confirmed']);
  expect((await balancesOf(user, wallet))[0]).toMatchObject({ amount: '1', cost_basis_usd: '100' });
});

it('has no effect when it is repeated, with a key or without', async () => {
  const bought = (await enter(user, wallet, 'BUY', '1', 1)).body;
  const key = { 'idempotency-key': randomBytes(8).toString('hex') };
  const first = await cancel(user, bought, key);
  expect((await cancel(user, bought, key)).body).toEqual(first.body);
  expect((await cancel(user, bought)).body).toEqual(first.body);
  expect((await show(user, bought)).headers.get('etag')).toBe(first.headers.get('etag'));
});

it('is refused where the wallet would be short without it', async () => {
  const bought = (await enter(user, wallet, 'BUY', '1', 1)).body;
  await enter(user, wallet, 'SELL', '0.4', 2);
  const answer = await cancel(user, bought);
  expectFault(answer, 'transaction_uuid');
  expect(answer.body.message).toContain('short of 0.4 ETH');
  expect((await show(user, bought)).body).toEqual(bought);
});

it('of one side of an own transfer leaves the other a transfer of its own', async () => {
  const transaction_hash = `0x${randomBytes(32).toString('hex')}`;
  const other = await newWallet(user);
  await enter(user, wallet, 'BUY', '1', 1);
  const sent = (await enter(user, wallet, 'TRANSFER_OUT', '1', 2, { transaction_hash })).body;
  await enter(user, other, 'TRANSFER_IN', '1', 3, { transaction_hash, price_usd: '700' });
  await cancel(user, sent);
  expect((await balancesOf(user, other))[0]).toMatchObject({ cost_basis_usd: '700' });
  expect((await balancesOf(user, wallet))[0]).toMatchObject({ amount: '1' });
});

it("does not cancel another user's", async () => {
  const bought = (await enter(user, wallet, 'BUY', '1', 1)).body;
  expectError(await cancel(await newUser(), bought), 404, 'TransactionError', 'Transaction not found');
});

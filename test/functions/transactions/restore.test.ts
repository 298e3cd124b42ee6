import { randomBytes } from 'node:crypto';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { balancesOf, type Json, newUser, newWallet, type TestUser } from '../../support/api.ts';
import { expectError, expectFault } from '../answers.ts';
import { sql } from '../database.ts';
import { cancel, enter, restore } from './ledger.ts';

let user: TestUser;
let wallet: Json;

beforeAll(async () => {
  user = await newUser();
});

beforeEach(async () => {
  wallet = await newWallet(user);
});

it('brings a transaction back to what it was, and the balance with it', async () => {
  const bought = (await enter(user, wallet, 'BUY', '1', 1)).body;
  const before = await balancesOf(user, wallet);
  await cancel(user, bought);
  const { status, body } = await restore(user, bought);
  expect(status).toBe(200);
  expect(body).toEqual({ ...bought, updated_at: body.updated_at });
  expect(await balancesOf(user, wallet)).toEqual(before);
  expect((await restore(user, bought)).body).toEqual(body);
});

it('brings back the status that there was', async () => {
  const bought = (await enter(user, wallet, 'BUY', '1', 1)).body;
  await sql(`UPDATE transactions SET status = 'failed' WHERE uuid = $1`, [bought.uuid]);
  expect((await cancel(user, bought)).body.status).toBe('cancelled');
  expect((await restore(user, bought)).body.status).toBe('failed');
});

it('brings back the link of an own transfer', async () => {
  const transaction_hash = `0x${randomBytes(32).toString('hex')}`;
  const other = await newWallet(user);
  await enter(user, wallet, 'BUY', '1', 1);
  const sent = (await enter(user, wallet, 'TRANSFER_OUT', '1', 2, { transaction_hash })).body;
  const received = (await enter(user, other, 'TRANSFER_IN', '1', 3, { transaction_hash, price_usd: '700' }))
    .body;
  const before = [await balancesOf(user, wallet), await balancesOf(user, other)];
  for (const side of [sent, received]) {
    await cancel(user, side);
    await restore(user, side);
    expect([await balancesOf(user, wallet), await balancesOf(user, other)]).toEqual(before);
  }
});

it('is refused where the coins have been spent meanwhile', async () => {
  await enter(user, wallet, 'BUY', '1', 1);
  const sold = (await enter(user, wallet, 'SELL', '1', 2)).body;
  await cancel(user, sold);
  await enter(user, wallet, 'SELL', '0.5', 3);
  const answer = await restore(user, sold);
  expectFault(answer, 'transaction_uuid');
  expect(answer.body.message).toContain('short of 0.5 ETH');
});

it("does not restore another user's", async () => {
  const bought = (await enter(user, wallet, 'BUY', '1', 1)).body;
  await cancel(user, bought);
  expectError(await restore(await newUser(), bought), 404, 'TransactionError', 'Transaction not found');
});

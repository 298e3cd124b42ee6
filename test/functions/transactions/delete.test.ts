import { randomBytes } from 'node:crypto';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { balancesOf, type Json, newUser, newWallet, type TestUser } from '../../support/api.ts';
import { expectError, expectFault } from '../answers.ts';
import { walk } from '../walk.ts';
import { enter, remove, show } from './ledger.ts';

let user: TestUser;
let wallet: Json;

beforeAll(async () => {
  user = await newUser();
});

beforeEach(async () => {
  wallet = await newWallet(user);
});

it('takes a transaction out of lists and balances, and its hash may be entered again', async () => {
  const transaction_hash = `0x${randomBytes(32).toString('hex')}`;
  await enter(user, wallet, 'BUY', '1', 1);
  const wrong = (await enter(user, wallet, 'BUY', '5', 2, { transaction_hash })).body;
  const { status, body } = await remove(user, wrong);
  expect([status, body]).toEqual([204, undefined]);
  expectError(await show(user, wrong), 404, 'TransactionError');
  expectError(await remove(user, wrong), 404, 'TransactionError');
  expect(await walk(user, `/wallet/transactions/${wallet.uuid}`, 10)).toHaveLength(1);
  expect((await balancesOf(user, wallet))[0]).toMatchObject({
    amount: '1',
    cost_basis_usd: '100',
    state: 'current',
  });
  expect((await enter(user, wallet, 'BUY', '5', 2, { transaction_hash })).status).toBe(201);
});

it('of the only transaction leaves no balance in the list', async () => {
  const only = (await enter(user, wallet, 'BUY', '1', 1)).body;
  await remove(user, only);
  expect(await balancesOf(user, wallet)).toEqual([]);
  await enter(user, wallet, 'BUY', '2', 1);
  expect((await balancesOf(user, wallet))[0]).toMatchObject({ uuid: only.balance_uuid, amount: '2' });
});

it('is refused where the wallet would be short without it', async () => {
  const bought = (await enter(user, wallet, 'BUY', '1', 1)).body;
  await enter(user, wallet, 'SELL', '1', 2);
  const answer = await remove(user, bought);
  expectFault(answer, 'transaction_uuid');
  expect(answer.body.message).toContain('short of 1 ETH');
  expect((await show(user, bought)).status).toBe(200);
});

it('unlinks the other side, whose coins are then new ones', async () => {
  const transaction_hash = `0x${randomBytes(32).toString('hex')}`;
  const other = await newWallet(user);
  await enter(user, wallet, 'BUY', '1', 1);
  const sent = (await enter(user, wallet, 'TRANSFER_OUT', '1', 2, { transaction_hash })).body;
  const received = (await enter(user, other, 'TRANSFER_IN', '1', 3, { transaction_hash, price_usd: '700' }))
    .body;
  expect((await balancesOf(user, other))[0]).toMatchObject({ cost_basis_usd: '100' });
  await remove(user, sent);
  expect((await show(user, received)).body.linked_transaction_uuid).toBeNull();
  expect((await balancesOf(user, other))[0]).toMatchObject({ cost_basis_usd: '700' });
  expect((await balancesOf(user, wallet))[0]).toMatchObject({ amount: '1', cost_basis_usd: '100' });
});

it('heeds If-Match', async () => {
  const bought = (await enter(user, wallet, 'BUY', '1', 1)).body;
  expectError(await remove(user, bought, { 'if-match': '"stale"' }), 412, 'PreconditionFailed');
  const etag = (await show(user, bought)).headers.get('etag') ?? '';
  expect((await remove(user, bought, { 'if-match': etag })).status).toBe(204);
});

it("does not delete another user's", async () => {
  const bought = (await enter(user, wallet, 'BUY', '1', 1)).body;
  expectError(await remove(await newUser(), bought), 404, 'TransactionError', 'Transaction not found');
  expect((await show(user, bought)).body).toEqual(bought);
});

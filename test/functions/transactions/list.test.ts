import { beforeAll, expect, it } from 'vitest';
import { type Json, newUser, newWallet, record, request, type TestUser } from '../../support/api.ts';
import { expectError } from '../answers.ts';
import { walk } from '../walk.ts';

let user: TestUser;
let wallet: Json;
let newestFirst: Json[];

beforeAll(async () => {
  user = await newUser();
  wallet = await newWallet(user);
  const recorded: Json[] = [];
  // Two at the same moment, and one entered late.
  for (const day of ['05', '01', '03', '03', '02']) {
    const fields = { transaction_type: 'BUY', amount: '1', timestamp: `2024-01-${day}T00:00:00Z` };
    recorded.push((await record(user, wallet, fields)).body);
  }
  newestFirst = recorded
    .toReversed()
    .sort((a, b) => (a.timestamp < b.timestamp ? 1 : a.timestamp > b.timestamp ? -1 : 0));
});

it('lists the transactions of the wallet, the newest first', async () => {
  const { status, body } = await request('GET', `/wallet/transactions/${wallet.uuid}`, { token: user.token });
  expect(status).toBe(200);
  expect(body).toEqual({ items: newestFirst, next_cursor: null });
});

it.each([1, 2, 3, 5])('gives every transaction once, in order, %i at a time', async (limit) => {
  expect(await walk(user, `/wallet/transactions/${wallet.uuid}`, limit)).toEqual(newestFirst);
});

it('lists those of the wallet only', async () => {
  const other = await newWallet(user);
  expect(await walk(user, `/wallet/transactions/${other.uuid}`, 10)).toEqual([]);
});

it("does not reveal another user's transactions", async () => {
  const stranger = await newUser();
  const path = `/wallet/transactions/${wallet.uuid}`;
  expectError(await request('GET', path, { token: stranger.token }), 404, 'WalletError', 'Wallet not found');
});

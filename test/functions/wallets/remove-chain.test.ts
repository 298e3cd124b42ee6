import { beforeEach, expect, it } from 'vitest';
import {
  balancesOf,
  type Json,
  newUser,
  newWallet,
  record,
  request,
  type TestUser,
} from '../../support/api.ts';
import { expectError, expectFault, nobodys } from '../answers.ts';
import { expectIfMatch } from '../if-match.ts';
import { purchase } from '../purchase.ts';

const first = '0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045';
const second = `0x${'1'.repeat(40)}`;

let user: TestUser;
let wallet: Json;

beforeEach(async () => {
  user = await newUser();
  wallet = await newWallet(user, [
    { chain_id: 1, address: first },
    { chain_id: 1, address: second },
    { chain_id: 56, address: first },
  ]);
});

const remove = (chain: string, by = user, uuid = wallet.uuid) =>
  request('DELETE', `/wallet/${uuid}/chain/${chain}`, { token: by.token });

it('takes away what the wallet watches there, and nothing that it holds', async () => {
  await record(user, wallet, purchase);
  const before = await balancesOf(user, wallet);
  const answer = await remove('1');
  expect([answer.status, answer.body]).toEqual([204, undefined]);
  const shown = await request('GET', `/wallet/${wallet.uuid}`, { token: user.token });
  expect(shown.body.addresses).toEqual([expect.objectContaining({ chain_id: 56, address: first })]);
  expect(await balancesOf(user, wallet)).toEqual(before);
  const { body } = await request('GET', `/wallet/transactions/${wallet.uuid}`, { token: user.token });
  expect(body.items).toHaveLength(1);
});

it('is a 404 where the wallet watches nothing, and the second time', async () => {
  expectError(await remove('solana'), 404, 'ChainError', 'Chain not found');
  expectError(await remove('bitcoin'), 404, 'ChainError', 'Chain not found');
  expect((await remove('1')).status).toBe(204);
  expectError(await remove('1'), 404, 'ChainError', 'Chain not found');
});

it('refuses what is no chain id', async () => {
  expectFault(await remove('x'.repeat(33)), 'chain_id');
});

it("is the same 404 for another's wallet as for none", async () => {
  const stranger = await newUser();
  expectError(await remove('1', stranger), 404, 'WalletError', 'Wallet not found');
  expectError(await remove('1', user, nobodys), 404, 'WalletError', 'Wallet not found');
});

it("heeds the wallet's If-Match", () =>
  expectIfMatch(user, `/wallet/${wallet.uuid}`, {
    method: 'DELETE',
    path: `/wallet/${wallet.uuid}/chain/56`,
  }));

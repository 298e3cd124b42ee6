import { expect, it } from 'vitest';
import { newUser, newWallet, request } from '../../support/api.ts';
import { expectError } from '../answers.ts';
import { sql } from '../database.ts';

const address = '0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045';

it('shows the wallet that was created', async () => {
  const user = await newUser();
  const wallet = await newWallet(user, [{ chain_id: 1, address }]);
  const answer = await request('GET', `/wallet/${wallet.uuid}`, { token: user.token });
  expect(answer.status).toBe(200);
  expect(answer.body).toEqual(wallet);
  const capitals = await request('GET', `/wallet/${wallet.uuid.toUpperCase()}`, { token: user.token });
  expect(capitals.body).toEqual(wallet);
});

it("does not reveal another user's wallet", async () => {
  const [owner, stranger] = [await newUser(), await newUser()];
  const wallet = await newWallet(owner);
  const answer = await request('GET', `/wallet/${wallet.uuid}`, { token: stranger.token });
  expectError(answer, 404, 'WalletError', 'Wallet not found');
});

it('does not show a deleted wallet, nor its addresses', async () => {
  const user = await newUser();
  const wallet = await newWallet(user, [{ chain_id: 1, address }]);
  await sql('UPDATE wallet_addresses SET is_deleted = true WHERE uuid = $1', [wallet.addresses[0].uuid]);
  const without = await request('GET', `/wallet/${wallet.uuid}`, { token: user.token });
  expect(without.body.addresses).toEqual([]);
  await sql('UPDATE wallets SET is_deleted = true WHERE uuid = $1', [wallet.uuid]);
  expectError(await request('GET', `/wallet/${wallet.uuid}`, { token: user.token }), 404, 'WalletError');
});

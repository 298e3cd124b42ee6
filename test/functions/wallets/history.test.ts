import { expect, it } from 'vitest';
import { newUser, newWallet, request } from '../../support/api.ts';
import { heldAt, heldPoint, holdTwo } from '../../support/held.ts';
import { expectError } from '../answers.ts';

it('GET /wallet/history/{wallet_uuid}: what is in the wallet, and its owner alone sees it', async () => {
  const user = await newUser();
  const wallet = await newWallet(user);
  await holdTwo(user, wallet);
  await holdTwo(user, await newWallet(user));

  const path = `/wallet/history/${wallet.uuid}?as_of=${heldAt}&interval=day`;
  const { status, body } = await request('GET', path, { token: user.token });
  expect(status).toBe(200);
  expect(body).toEqual({ items: [heldPoint], next_cursor: null });
  const { token } = await newUser();
  expectError(await request('GET', path, { token }), 404, 'WalletError', 'Wallet not found');
});

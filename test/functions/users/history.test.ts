import { expect, it } from 'vitest';
import { newUser, newWallet, request } from '../../support/api.ts';
import { heldAt, heldPoint, holdTwo } from '../../support/held.ts';
import { expectError } from '../answers.ts';

it('GET /user/history/{username}: all that the user has, and nobody else sees it', async () => {
  const user = await newUser();
  const wallet = await newWallet(user);
  await holdTwo(user, wallet);
  await holdTwo(user, await newWallet(user));

  const path = `/user/history/${user.username}?as_of=${heldAt}&interval=day`;
  const { status, body } = await request('GET', path, { token: user.token });
  expect(status).toBe(200);
  expect(body).toEqual({
    items: [{ ...heldPoint, value_usd: '500', cost_basis_usd: '400', unrealized_pnl_usd: '100' }],
    next_cursor: null,
  });
  const { token } = await newUser();
  expectError(await request('GET', path, { token }), 404, 'UserError', 'User not found');
});

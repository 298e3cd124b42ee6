import { expect, it } from 'vitest';
import { newUser, newWallet, request } from '../../support/api.ts';
import { heldAt, heldPoint, holdTwo } from '../../support/held.ts';
import { createPortfolio } from '../../support/portfolios.ts';
import { expectError } from '../answers.ts';

it('GET /portfolio/history/{portfolio_uuid}: what is in its wallets, and its owner alone sees it', async () => {
  const user = await newUser();
  const wallet = await newWallet(user);
  await holdTwo(user, wallet);
  await holdTwo(user, await newWallet(user));
  const portfolio = await createPortfolio(user, [wallet]);
  const path = `/portfolio/history/${portfolio.uuid}?as_of=${heldAt}&interval=day`;
  const { status, body } = await request('GET', path, { token: user.token });
  expect(status).toBe(200);
  expect(body).toEqual({ items: [heldPoint], next_cursor: null });
  const { token } = await newUser();
  expectError(await request('GET', path, { token }), 404, 'PortfolioError', 'Portfolio not found');
});

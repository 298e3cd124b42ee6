import { beforeEach, expect, it } from 'vitest';
import { type Json, newUser, newWallet, request, type TestUser } from '../../support/api.ts';
import { createPortfolio } from '../../support/portfolios.ts';
import { expectError, nobodys } from '../answers.ts';

let user: TestUser;
let wallets: Json[];
let portfolio: Json;

beforeEach(async () => {
  user = await newUser();
  wallets = [await newWallet(user), await newWallet(user)];
  portfolio = await createPortfolio(user, wallets);
});

const get = (uuid = portfolio.uuid, by = user) => request('GET', `/portfolio/${uuid}`, { token: by.token });

it('shows the portfolio that was created, with its wallets by their present names', async () => {
  expect((await get()).body).toEqual(portfolio);
  const body = { name: 'Renamed' };
  await request('PATCH', `/wallet/${wallets[0].uuid}`, { token: user.token, body });
  expect((await get()).body.wallets).toEqual([
    { uuid: wallets[0].uuid, name: 'Renamed' },
    { uuid: wallets[1].uuid, name: 'Main' },
  ]);
});

it('shows no wallet that is deleted', async () => {
  await request('DELETE', `/wallet/${wallets[0].uuid}`, { token: user.token });
  expect((await get()).body.wallets).toEqual([{ uuid: wallets[1].uuid, name: 'Main' }]);
});

it("is the same 404 for another's portfolio as for none", async () => {
  const stranger = await newUser();
  expectError(await get(portfolio.uuid, stranger), 404, 'PortfolioError', 'Portfolio not found');
  expectError(await get(nobodys), 404, 'PortfolioError', 'Portfolio not found');
});

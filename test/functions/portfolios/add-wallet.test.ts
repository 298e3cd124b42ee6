import { beforeEach, expect, it } from 'vitest';
import { type Json, newUser, newWallet, request, type TestUser } from '../../support/api.ts';
import { createPortfolio } from '../../support/portfolios.ts';
import { expectError, nobodys } from '../answers.ts';
import { expectIfMatch } from '../if-match.ts';

let user: TestUser;
let wallet: Json;
let portfolio: Json;

beforeEach(async () => {
  user = await newUser();
  wallet = await newWallet(user);
  portfolio = await createPortfolio(user);
});

const add = (names: { to?: string; of?: string; by?: TestUser } = {}) => {
  const { to = portfolio.uuid, of = wallet.uuid, by = user } = names;
  return request('PUT', `/portfolio/${to}/wallet/${of}`, { token: by.token });
};

it("is the same 404 for what is another's as for what is not there", async () => {
  const stranger = await newUser();
  const [theirs, their] = [await newWallet(stranger), await createPortfolio(stranger)];
  for (const to of [portfolio.uuid, nobodys]) {
    const answer = await add({ to, of: theirs.uuid, by: stranger });
    expectError(answer, 404, 'PortfolioError', 'Portfolio not found');
  }
  for (const of of [wallet.uuid, nobodys]) {
    const answer = await add({ to: their.uuid, of, by: stranger });
    expectError(answer, 404, 'WalletError', 'Wallet not found');
  }
  const shown = await request('GET', `/portfolio/${portfolio.uuid}`, { token: user.token });
  expect(shown.body).toEqual(portfolio);
});

it("heeds the portfolio's If-Match", () =>
  expectIfMatch(user, `/portfolio/${portfolio.uuid}`, {
    method: 'PUT',
    path: `/portfolio/${portfolio.uuid}/wallet/${wallet.uuid}`,
  }));

it('puts the wallet in, once', async () => {
  const wallets = [{ uuid: wallet.uuid, name: 'Main' }];
  for (let time = 0; time < 2; time += 1) {
    const { status, body } = await add();
    expect([status, body.wallets]).toEqual([200, wallets]);
  }
  const shown = await request('GET', `/portfolio/${portfolio.uuid}`, { token: user.token });
  expect(shown.body.wallets).toEqual(wallets);
});

it('puts a wallet into as many portfolios as one likes', async () => {
  const other = await createPortfolio(user, [wallet]);
  expect((await add()).status).toBe(200);
  expect((await add({ to: other.uuid })).body.wallets).toHaveLength(1);
});

it('does not take a deleted wallet', async () => {
  await request('DELETE', `/wallet/${wallet.uuid}`, { token: user.token });
  expectError(await add(), 404, 'WalletError', 'Wallet not found');
});

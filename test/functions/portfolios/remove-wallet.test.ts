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
  portfolio = await createPortfolio(user, [wallet]);
});

const remove = (names: { to?: string; of?: string; by?: TestUser } = {}) => {
  const { to = portfolio.uuid, of = wallet.uuid, by = user } = names;
  return request('DELETE', `/portfolio/${to}/wallet/${of}`, { token: by.token });
};

it("is the same 404 for what is another's as for what is not there", async () => {
  const stranger = await newUser();
  const [theirs, their] = [await newWallet(stranger), await createPortfolio(stranger)];
  for (const to of [portfolio.uuid, nobodys]) {
    const answer = await remove({ to, of: theirs.uuid, by: stranger });
    expectError(answer, 404, 'PortfolioError', 'Portfolio not found');
  }
  for (const of of [wallet.uuid, nobodys]) {
    const answer = await remove({ to: their.uuid, of, by: stranger });
    expectError(answer, 404, 'WalletError', 'Wallet not found');
  }
  const shown = await request('GET', `/portfolio/${portfolio.uuid}`, { token: user.token });
  expect(shown.body).toEqual(portfolio);
});

it("heeds the portfolio's If-Match", () =>
  expectIfMatch(user, `/portfolio/${portfolio.uuid}`, {
    method: 'DELETE',
    path: `/portfolio/${portfolio.uuid}/wallet/${wallet.uuid}`,
  }));

it('takes the wallet out, which stays what it is, and may come back', async () => {
  const answer = await remove();
  expect([answer.status, answer.body]).toEqual([204, undefined]);
  const path = `/portfolio/${portfolio.uuid}`;
  expect((await request('GET', path, { token: user.token })).body.wallets).toEqual([]);
  expect((await request('GET', `/wallet/${wallet.uuid}`, { token: user.token })).body).toEqual(wallet);
  expectError(await remove(), 404, 'WalletError', 'Wallet not found');
  const back = await request('PUT', `${path}/wallet/${wallet.uuid}`, { token: user.token });
  expect(back.body.wallets).toHaveLength(1);
});

it('is a 404 for a wallet that is not in it', async () => {
  const other = await newWallet(user);
  expectError(await remove({ of: other.uuid }), 404, 'WalletError', 'Wallet not found');
});

import { beforeEach, expect, it } from 'vitest';
import { everyItem, type Json, newUser, newWallet, request, type TestUser } from '../../support/api.ts';
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

const remove = (uuid = portfolio.uuid, by = user) =>
  request('DELETE', `/portfolio/${uuid}`, { token: by.token });

it('takes the portfolio away, and leaves its wallets', async () => {
  const answer = await remove();
  expect([answer.status, answer.body]).toEqual([204, undefined]);
  for (const [method, path, body] of [
    ['GET', ''],
    ['PUT', '', { name: 'Back' }],
    ['PATCH', '', { name: 'Back' }],
    ['DELETE', ''],
    ['GET', '/summary'],
    ['PUT', `/wallet/${wallet.uuid}`],
    ['DELETE', `/wallet/${wallet.uuid}`],
  ] as const) {
    const options = { token: user.token, ...(body ? { body } : {}) };
    expectError(await request(method, `/portfolio/${portfolio.uuid}${path}`, options), 404, 'PortfolioError');
  }
  expect(await everyItem(user, `/user/portfolios/${user.username}`)).toEqual([]);
  expect(await everyItem(user, `/user/wallets/${user.username}`)).toEqual([wallet]);
});

it("is the same 404 for another's portfolio as for none", async () => {
  const stranger = await newUser();
  expectError(await remove(portfolio.uuid, stranger), 404, 'PortfolioError', 'Portfolio not found');
  expectError(await remove(nobodys), 404, 'PortfolioError', 'Portfolio not found');
});

it('heeds If-Match', () => expectIfMatch(user, `/portfolio/${portfolio.uuid}`, { method: 'DELETE' }));

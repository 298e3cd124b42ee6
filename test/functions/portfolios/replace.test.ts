import { beforeEach, expect, it } from 'vitest';
import { type Json, newUser, newWallet, request, type TestUser } from '../../support/api.ts';
import { createPortfolio } from '../../support/portfolios.ts';
import { expectError, expectFault, nobodys } from '../answers.ts';
import { expectIfMatch, expectOneWins } from '../if-match.ts';

let user: TestUser;
let portfolio: Json;

beforeEach(async () => {
  user = await newUser();
  portfolio = await createPortfolio(user, [await newWallet(user)]);
});

const replace = (body: unknown, by = user, uuid = portfolio.uuid) =>
  request('PUT', `/portfolio/${uuid}`, { token: by.token, body });

it('gives it another name and description, and leaves its wallets alone', async () => {
  const { status, body } = await replace({ name: ' Savings ', description: 'for later' });
  expect(status).toBe(200);
  expect(body).toEqual({
    ...portfolio,
    name: 'Savings',
    description: 'for later',
    updated_at: body.updated_at,
  });
  expect(body.updated_at > portfolio.updated_at).toBe(true);
  expect((await request('GET', `/portfolio/${portfolio.uuid}`, { token: user.token })).body).toEqual(body);
  expect((await replace({ name: 'Savings' })).body.description).toBeNull();
});

it('is refused the name of another portfolio of the user', async () => {
  const other = await createPortfolio(user);
  expectError(await replace({ name: other.name }), 409, 'ConflictError', 'You have a portfolio');
  const theirs = await createPortfolio(await newUser());
  expect((await replace({ name: theirs.name })).status).toBe(200);
});

it.each([
  ['name', {}],
  ['name', { name: ' ' }],
  ['cost_basis_method', { name: 'x', cost_basis_method: 'SPECIFIC' }],
  ['wallets', { name: 'x', wallets: [] }],
  ['wallet_uuids', { name: 'x', wallet_uuids: [] }],
  ['is_deleted', { name: 'x', is_deleted: true }],
])('names a wrong %s', async (field, body) => {
  expectFault(await replace(body), field);
});

it("is the same 404 for another's portfolio as for none", async () => {
  const stranger = await newUser();
  expectError(await replace({ name: 'Mine' }, stranger), 404, 'PortfolioError', 'Portfolio not found');
  expectError(await replace({ name: 'Mine' }, user, nobodys), 404, 'PortfolioError', 'Portfolio not found');
});

it('heeds If-Match', () =>
  expectIfMatch(user, `/portfolio/${portfolio.uuid}`, { method: 'PUT', body: { name: 'Next' } }));

it('lets one of two changes at once through', () =>
  expectOneWins(user, `/portfolio/${portfolio.uuid}`, [{ name: 'One' }, { name: 'Two' }]));

import { beforeEach, expect, it } from 'vitest';
import { type Json, newUser, newWallet, request, type TestUser } from '../../support/api.ts';
import { createPortfolio } from '../../support/portfolios.ts';
import { expectError, expectFault, nobodys } from '../answers.ts';
import { expectIfMatch } from '../if-match.ts';

let user: TestUser;
let portfolio: Json;

beforeEach(async () => {
  user = await newUser();
  portfolio = await createPortfolio(user, [await newWallet(user)]);
});

const change = (body: unknown, by = user, uuid = portfolio.uuid) =>
  request('PATCH', `/portfolio/${uuid}`, { token: by.token, body });

it('changes what is given and nothing else', async () => {
  const described = await change({ description: 'in the vault' });
  expect(described.status).toBe(200);
  expect(described.body).toEqual({
    ...portfolio,
    description: 'in the vault',
    updated_at: described.body.updated_at,
  });
  expect((await change({ name: 'Savings', cost_basis_method: 'FIFO' })).body).toMatchObject({
    name: 'Savings',
    description: 'in the vault',
  });
  expect((await change({ description: null })).body).toMatchObject({ name: 'Savings', description: null });
});

it('keeps its own name, and is refused that of another', async () => {
  const other = await createPortfolio(user);
  expect((await change({ name: portfolio.name })).status).toBe(200);
  expectError(await change({ name: other.name }), 409, 'ConflictError', 'You have a portfolio');
});

it.each([
  ['body', {}],
  ['name', { name: '' }],
  ['cost_basis_method', { cost_basis_method: 'average' }],
  ['wallet_uuids', { wallet_uuids: [] }],
])('names a wrong %s', async (field, body) => {
  expectFault(await change(body), field);
});

it("is the same 404 for another's portfolio as for none", async () => {
  const stranger = await newUser();
  expectError(await change({ name: 'Mine' }, stranger), 404, 'PortfolioError', 'Portfolio not found');
  expectError(await change({ name: 'Mine' }, user, nobodys), 404, 'PortfolioError', 'Portfolio not found');
});

it('heeds If-Match', () =>
  expectIfMatch(user, `/portfolio/${portfolio.uuid}`, { method: 'PATCH', body: { name: 'Next' } }));

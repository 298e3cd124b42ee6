import { beforeEach, expect, it } from 'vitest';
import { type Json, newUser, newWallet, request, type TestUser } from '../../support/api.ts';
import { expectError, expectFault, nobodys } from '../answers.ts';
import { expectIfMatch } from '../if-match.ts';

let user: TestUser;
let wallet: Json;

beforeEach(async () => {
  user = await newUser();
  wallet = await newWallet(user);
});

const change = (body: unknown, by = user, uuid = wallet.uuid) =>
  request('PATCH', `/wallet/${uuid}`, { token: by.token, body });

it('changes what is given and nothing else', async () => {
  const described = await change({ description: 'in the vault' });
  expect(described.status).toBe(200);
  expect(described.body).toMatchObject({ name: 'Main', description: 'in the vault' });
  const named = await change({ name: 'Savings' });
  expect(named.body).toMatchObject({ name: 'Savings', description: 'in the vault' });
  expect((await change({ description: null })).body).toMatchObject({ name: 'Savings', description: null });
});

it.each([
  ['body', {}],
  ['name', { name: '' }],
  ['name', { name: null }],
  ['description', { description: 1 }],
  ['addresses', { name: 'x', addresses: [] }],
  ['is_deleted', { is_deleted: false }],
])('names a wrong %s', async (field, body) => {
  expectFault(await change(body), field);
});

it("is the same 404 for another's wallet as for none", async () => {
  const stranger = await newUser();
  expectError(await change({ name: 'Mine' }, stranger), 404, 'WalletError', 'Wallet not found');
  expectError(await change({ name: 'Mine' }, user, nobodys), 404, 'WalletError', 'Wallet not found');
});

it('heeds If-Match', () =>
  expectIfMatch(user, `/wallet/${wallet.uuid}`, { method: 'PATCH', body: { name: 'Next' } }));

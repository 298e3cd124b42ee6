import { expect, it } from 'vitest';
import { newUser, newWallet, request } from '../../support/api.ts';
import { anInstant, expectFault } from '../answers.ts';
import { asOperator, itIsForOperators } from '../operator.ts';

itIsForOperators('GET', '/user-management/users');

const find = async (search: string) =>
  (await asOperator('GET', `/user-management/users?search=${encodeURIComponent(search)}`)).body.items;

it('lists accounts with the number of their wallets, the newest first', async () => {
  const [older, newer] = [await newUser(), await newUser()];
  await newWallet(older);
  await newWallet(older);
  const { status, body } = await asOperator('GET', '/user-management/users?limit=200');
  expect(status).toBe(200);
  const shown = body.items.filter(({ uuid }: { uuid: string }) => uuid === older.uuid || uuid === newer.uuid);
  const alive = { created_at: anInstant, is_deleted: false, deleted_at: null };
  expect(shown).toEqual([
    { uuid: newer.uuid, username: newer.username, email: newer.email, ...alive, wallets: 0 },
    { uuid: older.uuid, username: older.username, email: older.email, ...alive, wallets: 2 },
  ]);
  const [first, second] = body.items;
  const page = await asOperator('GET', `/user-management/users?limit=1&cursor=${first.uuid}`);
  expect(page.body.items[0].uuid).toBe(second.uuid);
});

it('finds accounts by a part of their name or address, in any case', async () => {
  const { uuid, username, email } = await newUser();
  expect(await find(username.slice(3).toUpperCase())).toMatchObject([{ uuid }]);
  expect(await find(email)).toMatchObject([{ uuid }]);
  expect(await find(`${username.slice(0, -1)}_`)).toEqual([]);
  expect(await find('%nobody%')).toEqual([]);
});

it('shows when an account was deleted', async () => {
  const { uuid, username, token } = await newUser();
  await request('DELETE', `/user/${username}`, { token });
  expect(await find(username)).toMatchObject([{ uuid, is_deleted: true, deleted_at: anInstant }]);
});

it('refuses a search for nothing', async () => {
  expectFault(await asOperator('GET', '/user-management/users?search='), 'search');
});

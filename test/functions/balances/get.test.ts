import { beforeAll, expect, it } from 'vitest';
import {
  balancesOf,
  type Json,
  newUser,
  newWallet,
  record,
  request,
  type TestUser,
} from '../../support/api.ts';
import { expectError, nobodys } from '../answers.ts';
import { purchase } from '../purchase.ts';

let user: TestUser;
let balance: Json;

beforeAll(async () => {
  user = await newUser();
  const wallet = await newWallet(user);
  await record(user, wallet, purchase);
  [balance] = await balancesOf(user, wallet);
});

const get = (uuid = balance.uuid, by = user) => request('GET', `/balance/${uuid}`, { token: by.token });

it('shows a balance as the list of its wallet does', async () => {
  const { status, body, headers } = await get();
  expect(status).toBe(200);
  expect(body).toEqual(balance);
  expect(headers.get('etag')).toMatch(/^"[\w-]{22}"$/);
});

it("is the same 404 for another's balance as for none", async () => {
  const stranger = await newUser();
  expectError(await get(balance.uuid, stranger), 404, 'BalanceError', 'Balance not found');
  expectError(await get(nobodys), 404, 'BalanceError', 'Balance not found');
});

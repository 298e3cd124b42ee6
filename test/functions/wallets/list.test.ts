import { beforeAll, expect, it } from 'vitest';
import { everyItem, type Json, newUser, newWallet, request, type TestUser } from '../../support/api.ts';
import { expectError, expectFault } from '../answers.ts';
import { walk } from '../walk.ts';

let user: TestUser;
const created: Json[] = [];

beforeAll(async () => {
  user = await newUser();
  for (let number = 0; number < 5; number += 1) created.unshift(await newWallet(user));
});

it('lists the wallets of the user, the newest first, as they are shown one by one', async () => {
  const { status, body } = await request('GET', `/user/wallets/${user.username}`, { token: user.token });
  expect(status).toBe(200);
  expect(body).toEqual({ items: created, next_cursor: null });
});

it.each([1, 2, 4, 5])('gives every wallet once, in order, %i at a time', async (limit) => {
  expect(await walk(user, `/user/wallets/${user.username}`, limit)).toEqual(created);
});

it('finds the user in capitals too', async () => {
  expect(await everyItem(user, `/user/wallets/${user.username.toUpperCase()}`)).toEqual(created);
});

it('does not tell whether another user exists', async () => {
  const stranger = await newUser();
  for (const username of [user.username, 'nobodyhasthisname']) {
    const answer = await request('GET', `/user/wallets/${username}`, { token: stranger.token });
    expectError(answer, 404, 'UserError', 'User not found');
  }
  expect(await everyItem(stranger, `/user/wallets/${stranger.username}`)).toEqual([]);
});

it("does not go on from another user's wallet", async () => {
  const stranger = await newUser();
  await newWallet(stranger);
  const path = `/user/wallets/${stranger.username}?cursor=${created[0].uuid}`;
  const { status, body } = await request('GET', path, { token: stranger.token });
  expect(status).toBe(400);
  expect(body.message).toContain('start again from the first page');
});

it.each(['ab', 'a'.repeat(51), 'a b', 'a@b.org'])('refuses the username %s', async (username) => {
  const path = `/user/wallets/${encodeURIComponent(username)}`;
  expectFault(await request('GET', path, { token: user.token }), 'username');
});

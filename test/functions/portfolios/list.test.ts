import { beforeAll, expect, it } from 'vitest';
import { everyItem, type Json, newUser, newWallet, request, type TestUser } from '../../support/api.ts';
import { createPortfolio } from '../../support/portfolios.ts';
import { expectError } from '../answers.ts';
import { walk } from '../walk.ts';

let user: TestUser;
const created: Json[] = [];

beforeAll(async () => {
  user = await newUser();
  const wallets = [await newWallet(user), await newWallet(user)];
  for (let number = 0; number < 4; number += 1)
    created.unshift(await createPortfolio(user, wallets.slice(number % 3)));
});

it('lists the portfolios of the user, the newest first, as they are shown one by one', async () => {
  const { status, body } = await request('GET', `/user/portfolios/${user.username}`, { token: user.token });
  expect(status).toBe(200);
  expect(body).toEqual({ items: created, next_cursor: null });
});

it.each([1, 3, 4])('gives every portfolio once, in order, %i at a time', async (limit) => {
  expect(await walk(user, `/user/portfolios/${user.username}`, limit)).toEqual(created);
});

it('does not tell whether another user exists', async () => {
  const stranger = await newUser();
  for (const username of [user.username, 'nobodyhasthisname']) {
    const answer = await request('GET', `/user/portfolios/${username}`, { token: stranger.token });
    expectError(answer, 404, 'UserError', 'User not found');
  }
  expect(await everyItem(stranger, `/user/portfolios/${stranger.username}`)).toEqual([]);
});

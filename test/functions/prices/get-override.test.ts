import { expect, it } from 'vitest';
import { newUser } from '../../support/api.ts';
import { expectError, nobodys } from '../answers.ts';
import { newToken } from '../database.ts';
import { readPrice, setPrice } from './own-price.ts';

it("shows a user's own price to that user alone", async () => {
  const [user, other, token] = [await newUser(), await newUser(), await newToken()];
  await setPrice(user, token, '3');
  expect((await readPrice(user, token)).body.price_usd).toBe('3');
  expectError(await readPrice(other, token), 404, 'PriceError', 'Price not found');
  await setPrice(other, token, '4');
  expect((await readPrice(user, token)).body.price_usd).toBe('3');
  expect((await readPrice(other, token)).body.price_usd).toBe('4');
});

it('is the same 404 for a token without one as for no token', async () => {
  const user = await newUser();
  for (const uuid of [nobodys, (await newToken()).uuid])
    expectError(await readPrice(user, { uuid }), 404, 'PriceError', 'Price not found');
});

import { expect, it } from 'vitest';
import { newUser, request } from '../../support/api.ts';
import { expectError } from '../answers.ts';
import { newToken, sql } from '../database.ts';
import { expectIfMatch } from '../if-match.ts';
import { overridePath, readPrice, setPrice } from './own-price.ts';

it('ends a price, which is kept with the time it held', async () => {
  const [user, token] = [await newUser(), await newToken({ priceUsd: '7' })];
  await setPrice(user, token, '3');
  await expectIfMatch(user, overridePath(token), { method: 'DELETE' });
  expectError(await readPrice(user, token), 404, 'PriceError');
  const { body } = await request('GET', `/prices/${token.uuid}`, { token: user.token });
  expect(body).toMatchObject({ override: null, current: { price_usd: '7', price_source: 'coingecko' } });
  const [row] = await sql(
    `SELECT valid_to > valid_from AS held, is_deleted FROM price_overrides
     WHERE token_id = (SELECT id FROM tokens WHERE uuid = $1)`,
    [token.uuid],
  );
  expect(row).toEqual({ held: true, is_deleted: false });
});

it('finds nothing to end a second time, and nothing of others', async () => {
  const [user, other, token] = [await newUser(), await newUser(), await newToken()];
  await setPrice(user, token, '3');
  const remove = (by = user) => request('DELETE', overridePath(token), { token: by.token });
  expectError(await remove(other), 404, 'PriceError', 'Price not found');
  expect((await remove()).status).toBe(204);
  expectError(await remove(), 404, 'PriceError', 'Price not found');
});

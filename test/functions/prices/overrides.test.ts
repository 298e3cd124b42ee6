import { expect, it } from 'vitest';
import { newUser, request } from '../../support/api.ts';
import { newToken } from '../database.ts';
import { walk } from '../walk.ts';
import { overridePath, readPrice, setPrice } from './own-price.ts';

it('lists the prices that hold, page by page, and nobody else has them', async () => {
  const [user, other] = [await newUser(), await newUser()];
  const tokens = [await newToken(), await newToken(), await newToken(), await newToken()];
  for (const [place, token] of tokens.entries()) await setPrice(user, token, String(place));
  const [replaced = { uuid: '' }, ended = { uuid: '' }] = tokens;
  await setPrice(user, replaced, '100');
  await request('DELETE', overridePath(ended), { token: user.token });
  await setPrice(other, replaced, '200');
  const order = [tokens[2], tokens[3], tokens[0]];
  const expected = [];
  for (const token of order) expected.push((await readPrice(user, token ?? replaced)).body);
  for (const limit of [1, 2, 3]) expect(await walk(user, '/prices/overrides', limit)).toEqual(expected);
  const { body } = await request('GET', '/prices/overrides', { token: other.token });
  expect(body).toMatchObject({ items: [{ price_usd: '200' }], next_cursor: null });
});

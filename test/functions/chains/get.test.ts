import { beforeAll, expect, it } from 'vitest';
import { newUser, request, type TestUser } from '../../support/api.ts';
import { expectError } from '../answers.ts';
import { newChain } from '../operator.ts';

let user: TestUser;

beforeAll(async () => {
  user = await newUser();
});

const get = (name: string) => request('GET', `/chains/${name}`, { token: user.token });

it.each([
  ['1', 'Ethereum'],
  ['ethereum', 'Ethereum'],
  ['solana', 'Solana'],
])('knows %s', async (name, expected) => {
  const { status, body, headers } = await get(name);
  expect([status, body.name]).toEqual([200, expected]);
  expect(headers.get('etag')).toMatch(/^"[\w-]{22}"$/);
});

it('knows a chain by the id and the name it was added with', async () => {
  const chain = await newChain();
  expect((await get(String(chain.chain_id))).body).toEqual(chain);
  expect((await get(chain.short_name)).body).toEqual(chain);
});

it.each(['999999999', 'nochain', "1' OR '1'='1", '%25', 'Ethereum'])('does not know %s', async (name) => {
  expectError(await get(encodeURIComponent(name)), 404, 'ChainError', 'Chain not found');
});

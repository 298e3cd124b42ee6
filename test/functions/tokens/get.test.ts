import { beforeAll, expect, it } from 'vitest';
import { newUser, request, type TestUser } from '../../support/api.ts';
import { anInstant, aUuid, expectError, expectFault, nobodys } from '../answers.ts';
import { newToken } from '../operator.ts';

let user: TestUser;

beforeAll(async () => {
  user = await newUser();
});

const get = (uuid: string) => request('GET', `/tokens/${uuid}`, { token: user.token });

it('shows a token', async () => {
  const { body: found } = await request('GET', '/tokens?symbol=usdc&chain_id=1', { token: user.token });
  const { status, body, headers } = await get(found.items[0].uuid);
  expect(status).toBe(200);
  expect(headers.get('etag')).toMatch(/^"[\w-]{22}"$/);
  expect(body).toEqual({
    uuid: aUuid,
    chain_id: 1,
    contract_address: '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48',
    symbol: 'USDC',
    name: body.name,
    decimals: 6,
    kind: 'stablecoin',
    is_verified: true,
    is_spam: false,
    coingecko_id: 'usd-coin',
    current_price_usd: body.current_price_usd,
    price_at: body.price_at,
    price_source: body.price_source,
    created_at: anInstant,
    updated_at: anInstant,
  });
});

it('shows spam to those who ask for it by name', async () => {
  const token = await newToken({ is_spam: true });
  expect((await get(token.uuid)).body).toEqual(token);
});

it('does not know a token that does not exist', async () => {
  expectError(await get(nobodys), 404, 'TokenError', 'Token not found');
  expectFault(await get('1'), 'token_uuid');
});

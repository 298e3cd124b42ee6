import { beforeAll, describe, expect, it } from 'vitest';
import { newUser, request, type TestUser } from '../../support/api.ts';
import { anInstant, aUuid, expectError, expectFault, nobodys } from '../answers.ts';
import { sql } from '../database.ts';
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
    price_state: body.price_state,
    market_cap_usd: body.market_cap_usd,
    volume_24h_usd: body.volume_24h_usd,
    price_change_24h_percent: body.price_change_24h_percent,
    created_at: anInstant,
    updated_at: anInstant,
  });
});

describe('what a token is worth', () => {
  const priced = async (values: string) => {
    const token = await newToken();
    await sql(`UPDATE tokens SET ${values} WHERE uuid = $1`, [token.uuid]);
    return (await get(token.uuid)).body;
  };

  it('is shown with all that its source says, without zeros at the end', async () => {
    const values = `current_price_usd = 1.50, price_at = '2024-05-01T12:00:00Z', price_source = 'coingecko',
      market_cap_usd = 1500.00, volume_24h_usd = 0, price_change_24h_percent = -2.5`;
    expect(await priced(values)).toMatchObject({
      current_price_usd: '1.5',
      price_at: '2024-05-01T12:00:00.000Z',
      price_source: 'coingecko',
      price_state: 'stale',
      market_cap_usd: '1500',
      volume_24h_usd: '0',
      price_change_24h_percent: '-2.5',
    });
  });

  it.each([
    ['none', 'is_price_disputed = true, price_at = now()'],
    ['current', `current_price_usd = 1, price_at = now() - interval '59 minutes'`],
    ['stale', `current_price_usd = 1, price_at = now() - interval '61 minutes'`],
    ['stale', 'current_price_usd = 1'],
    ['disputed', 'current_price_usd = 1, price_at = now(), is_price_disputed = true'],
    ['disputed', `current_price_usd = 1, price_at = now() - interval '3 hours', is_price_disputed = true`],
  ])('is %s where %s', async (state, values) => {
    expect((await priced(values)).price_state).toBe(state);
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

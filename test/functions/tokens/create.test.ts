import { describe, expect, it } from 'vitest';
import { newUser, newWallet, record } from '../../support/api.ts';
import { anInstant, aUuid, expectError, expectFault } from '../answers.ts';
import { asOperator, itIsForOperators, newChain, someAddress, tokenBody } from '../operator.ts';
import { purchase } from '../purchase.ts';

const create = (fields: Record<string, unknown> = {}, headers: Record<string, string> = {}) =>
  asOperator('POST', '/tokens', { body: tokenBody(fields), headers });

itIsForOperators('POST', '/tokens', tokenBody());

it('adds a token under the canonical form of its address', async () => {
  const contract_address = '0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48';
  const { chain_id } = await newChain();
  const { status, body } = await create({ chain_id, contract_address, decimals: 6, kind: 'stablecoin' });
  expect(status).toBe(201);
  expect(body).toEqual({
    uuid: aUuid,
    chain_id,
    contract_address: '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48',
    symbol: 'TKN',
    name: 'A token',
    decimals: 6,
    kind: 'stablecoin',
    is_verified: false,
    is_spam: false,
    coingecko_id: null,
    current_price_usd: null,
    price_at: null,
    price_source: null,
    price_state: 'none',
    market_cap_usd: null,
    volume_24h_usd: null,
    price_change_24h_percent: null,
    created_at: anInstant,
    updated_at: anInstant,
  });
});

it('adds a token that transactions can be of', async () => {
  const { body: token } = await create({ decimals: 2 });
  const user = await newUser();
  const fields = { ...purchase, contract_address: token.contract_address, amount: '1.25' };
  const { body } = await record(user, await newWallet(user), fields);
  expect(body).toMatchObject({ raw_amount: '125', token: { uuid: token.uuid, decimals: 2 } });
});

it('has one effect for one Idempotency-Key', async () => {
  const body = tokenBody();
  const headers = { 'idempotency-key': String(body.contract_address) };
  const first = await asOperator('POST', '/tokens', { body, headers });
  expect(await asOperator('POST', '/tokens', { body, headers })).toMatchObject({
    status: 201,
    body: first.body,
  });
});

describe('S15: a name from a stranger', () => {
  it.each([
    ['bidirectional controls', '\u202eCDSU\u2066', 'CDSU'],
    ['characters of no width', 'U\u200bS\u200dD\ufeffC\u2060', 'USDC'],
    ['control characters', '\u0000US\u0007DC\n', 'USDC'],
    ['invisible letters and tags', 'US\u3164DC\u{e0041}\u00ad', 'USDC'],
    ['half of a surrogate pair', 'USDC\ud800', 'USDC\ufffd'],
    ['spaces around it', '  US DC  ', 'US DC'],
    ['other scripts', 'テスト', 'テスト'],
  ])('may have %s: what cannot be seen is left out', async (_, given, kept) => {
    const { body } = await create({ symbol: given, name: given });
    expect([body.symbol, body.name]).toEqual([kept, kept]);
  });

  it.each([
    ['symbol', { symbol: '\u200b \u202e' }],
    ['symbol', { symbol: 'x'.repeat(101) }],
    ['name', { name: 'x'.repeat(201) }],
  ])('is refused as %s without anything to see, and when it is long', async (field, fields) => {
    expectFault(await create(fields), field);
  });
});

describe('refuses', () => {
  it('a contract that its chain has, in any of its forms', async () => {
    const { body } = await create();
    const contract_address = body.contract_address.toLowerCase();
    expectError(await create({ contract_address }), 409, 'ConflictError', body.contract_address);
  });

  it('a second native coin', async () => {
    const refused = await create({ contract_address: null, kind: 'native' });
    expectError(refused, 409, 'ConflictError', 'Ethereum has a native token already');
  });

  it.each([
    ['contract_address', { contract_address: '0x12' }],
    ['contract_address', { chain_id: 'solana', contract_address: someAddress() }],
    ['chain_id', { chain_id: 999_999_999 }],
    ['decimals', { decimals: 256 }],
    ['decimals', { decimals: -1 }],
    ['decimals', { decimals: 1.5 }],
    ['decimals', { decimals: '6' }],
    ['kind', { contract_address: null }],
    ['kind', { kind: 'native' }],
    ['coingecko_id', { coingecko_id: '../x' }],
    ['current_price_usd', { current_price_usd: '1' }],
  ])('a wrong %s: %o', async (field, fields) => {
    expectFault(await create(fields), field);
  });
});

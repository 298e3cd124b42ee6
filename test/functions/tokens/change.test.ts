import { expect, it } from 'vitest';
import { newUser, request } from '../../support/api.ts';
import { expectError, expectFault, nobodys } from '../answers.ts';
import { asOperator, expectHeedsIfMatch, itIsForOperators, newToken } from '../operator.ts';

itIsForOperators('PATCH', `/tokens/${nobodys}`, { is_spam: true });

const change = (uuid: string, body: unknown, headers: Record<string, string> = {}) =>
  asOperator('PATCH', `/tokens/${uuid}`, { body, headers });

it('changes what it names and nothing else', async () => {
  const token = await newToken({ coingecko_id: 'a-token' });
  const { status, body } = await change(token.uuid, { is_verified: true });
  expect(status).toBe(200);
  expect(body).toEqual({ ...token, is_verified: true, updated_at: body.updated_at });
  expect((await change(token.uuid, { coingecko_id: null })).body.coingecko_id).toBeNull();
});

it('marks a token as spam, which hides it from searches', async () => {
  const token = await newToken();
  const user = await newUser();
  const find = async () =>
    (await request('GET', `/tokens?address=${token.contract_address}`, { token: user.token })).body.items;
  expect(await find()).toHaveLength(1);
  expect((await change(token.uuid, { is_spam: true })).body.is_spam).toBe(true);
  expect(await find()).toEqual([]);
});

it('heeds If-Match', async () => {
  const token = await newToken();
  const user = await newUser();
  const { headers } = await request('GET', `/tokens/${token.uuid}`, { token: user.token });
  const answer = await expectHeedsIfMatch(headers.get('etag'), (ifMatch) =>
    change(token.uuid, { symbol: 'NEW' }, { 'if-match': ifMatch }),
  );
  expect(answer.body.symbol).toBe('NEW');
});

it('leaves out what cannot be seen of a name', async () => {
  const token = await newToken();
  expect((await change(token.uuid, { symbol: 'N\u202eEW\u200b' })).body.symbol).toBe('NEW');
});

it('refuses to change nothing, what a token is, and a kind that does not fit', async () => {
  const { uuid } = await newToken();
  expectError(await change(uuid, {}), 400, 'BadRequestException', /at least one field/);
  for (const field of ['chain_id', 'contract_address', 'decimals', 'current_price_usd']) {
    expectFault(await change(uuid, { [field]: 6 }), field);
  }
  expectFault(await change(uuid, { kind: 'native' }), 'kind');
});

it('does not know a token that does not exist', async () => {
  expectError(await change(nobodys, { is_spam: true }), 404, 'TokenError');
});

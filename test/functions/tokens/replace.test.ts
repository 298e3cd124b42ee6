import { expect, it } from 'vitest';
import { expectError, expectFault, nobodys } from '../answers.ts';
import { asOperator, itIsForOperators, newToken } from '../operator.ts';

const good = { symbol: 'NEW', name: 'New' };

itIsForOperators('PUT', `/tokens/${nobodys}`, good);

const replace = (uuid: string, body: unknown, headers: Record<string, string> = {}) =>
  asOperator('PUT', `/tokens/${uuid}`, { body, headers });

it('replaces everything that can be set: what is left out returns to its default', async () => {
  const token = await newToken({ coingecko_id: 'x', is_verified: true, is_spam: true, kind: 'stablecoin' });
  const { status, body } = await replace(token.uuid, good);
  expect(status).toBe(200);
  expect(body).toEqual({
    ...token,
    ...good,
    coingecko_id: null,
    is_verified: false,
    is_spam: false,
    kind: 'other',
    updated_at: body.updated_at,
  });
});

it('refuses when something has changed meanwhile', async () => {
  const { uuid } = await newToken();
  expectError(await replace(uuid, good, { 'if-match': '"stale"' }), 412, 'PreconditionFailed');
});

it('refuses half a token, and one that it does not know', async () => {
  const { uuid } = await newToken();
  expectFault(await replace(uuid, { symbol: 'NEW' }), 'name');
  expectError(await replace(nobodys, good), 404, 'TokenError');
});

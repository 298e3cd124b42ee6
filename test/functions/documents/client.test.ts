/** A client that was generated from the description, with nothing written by hand. */
import { randomUUID } from 'node:crypto';
import createClient from 'openapi-fetch';
import { expect, inject, it } from 'vitest';
import type { paths } from '../../support/api-schema.ts';

it('a generated client takes a user from sign-up to a balance', async () => {
  const client = createClient<paths>({ baseUrl: inject('platform').url });
  const username = `u${randomUUID().slice(0, 8)}`;
  const password = 'correct horse battery';
  const user = await client.POST('/sign-up', {
    body: { username, password, email: `${username}@example.org` },
  });
  expect(user.data?.username).toBe(username);
  const token = await client.POST('/log-in', { body: { username, password } });
  const headers = { authorization: `Bearer ${token.data?.access_token}` };
  const wallet = await client.POST('/wallet', { body: { name: 'Main' }, headers });
  const wallet_uuid = wallet.data?.uuid ?? '';
  const bought = await client.POST('/transaction', {
    headers,
    body: {
      wallet_uuid,
      chain_id: 1,
      transaction_type: 'BUY',
      amount: '2',
      price_usd: '1500',
      timestamp: '2024-03-01T12:00:00Z',
    },
  });
  expect(bought.data?.value_usd).toBe('3000');
  const balances = await client.GET('/balance/wallet/{wallet_uuid}', {
    params: { path: { wallet_uuid } },
    headers,
  });
  expect(balances.data?.items).toMatchObject([{ amount: '2', cost_basis_usd: '3000', state: 'current' }]);
});

it('a generated client gets errors as they are described', async () => {
  const client = createClient<paths>({ baseUrl: inject('platform').url });
  const { error, response } = await client.POST('/log-in', { body: { password: 'only a password' } });
  expect(response.status).toBe(400);
  expect(error).toMatchObject({ type: 'BadRequestException', request_id: expect.any(String) });
});

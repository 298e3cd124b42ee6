import { expect, it } from 'vitest';
import { expectError, expectFault, nobodys } from '../answers.ts';
import { asOperator, itIsForOperators, newRpc } from '../operator.ts';

const good = { url: 'https://rpc.example.net/' };

itIsForOperators('PUT', `/rpcs/${nobodys}`, good);

const replace = (uuid: string, body: unknown, headers: Record<string, string> = {}) =>
  asOperator('PUT', `/rpcs/${uuid}`, { body, headers });

it('replaces everything that can be set: what is left out returns to its default', async () => {
  const rpc = await newRpc({ chain_id: 56, priority: 5, is_active: false });
  const url = `https://rpc.example.net/${rpc.uuid}`;
  const { status, body } = await replace(rpc.uuid, { url });
  expect(status).toBe(200);
  expect(body).toEqual({ ...rpc, url, priority: 0, is_active: true, updated_at: body.updated_at });
});

it('refuses when something has changed meanwhile, and a URL that is missing', async () => {
  const { uuid } = await newRpc();
  expectError(await replace(uuid, good, { 'if-match': '"stale"' }), 412, 'PreconditionFailed');
  expectFault(await replace(uuid, { priority: 1 }), 'url');
});

it('does not know an endpoint that does not exist', async () => {
  expectError(await replace(nobodys, good), 404, 'RpcError');
});

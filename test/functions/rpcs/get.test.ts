import { expect, it } from 'vitest';
import { expectError, nobodys } from '../answers.ts';
import { asOperator, itIsForOperators, newRpc } from '../operator.ts';

itIsForOperators('GET', `/rpcs/${nobodys}`);

it('shows an endpoint with its whole URL', async () => {
  const rpc = await newRpc();
  const { status, body, headers } = await asOperator('GET', `/rpcs/${rpc.uuid}`);
  expect([status, body]).toEqual([200, rpc]);
  expect(headers.get('etag')).toMatch(/^"[\w-]{22}"$/);
});

it('does not know an endpoint that does not exist', async () => {
  expectError(await asOperator('GET', `/rpcs/${nobodys}`), 404, 'RpcError', 'Rpc not found');
});

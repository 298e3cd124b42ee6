import { expect, it } from 'vitest';
import { expectError, expectFault, nobodys } from '../answers.ts';
import { asOperator, expectHeedsIfMatch, itIsForOperators, newChain, newRpc } from '../operator.ts';

itIsForOperators('PATCH', `/rpcs/${nobodys}`, { priority: 1 });

const change = (uuid: string, body: unknown, headers: Record<string, string> = {}) =>
  asOperator('PATCH', `/rpcs/${uuid}`, { body, headers });

it('changes what it names and nothing else', async () => {
  const rpc = await newRpc();
  const { status, body } = await change(rpc.uuid, { priority: 7, is_active: false });
  expect(status).toBe(200);
  expect(body).toEqual({ ...rpc, priority: 7, is_active: false, updated_at: body.updated_at });
});

it('heeds If-Match', async () => {
  const { uuid } = await newRpc();
  const { headers } = await asOperator('GET', `/rpcs/${uuid}`);
  await expectHeedsIfMatch(headers.get('etag'), (ifMatch) =>
    change(uuid, { priority: 1 }, { 'if-match': ifMatch }),
  );
});

it('refuses a URL that must not be called, one that the chain has, and to change nothing', async () => {
  const { chain_id } = await newChain();
  const [one, other] = [await newRpc({ chain_id }), await newRpc({ chain_id })];
  expectFault(await change(one.uuid, { url: 'https://169.254.169.254/latest' }), 'url');
  expectError(await change(one.uuid, { url: other.url }), 409, 'ConflictError');
  expect((await change(one.uuid, { url: one.url })).status).toBe(200);
  expectError(await change(one.uuid, {}), 400, 'BadRequestException', /at least one field/);
  expectFault(await change(one.uuid, { chain_id: 1 }), 'chain_id');
});

it('does not know an endpoint that does not exist', async () => {
  expectError(await change(nobodys, { priority: 1 }), 404, 'RpcError');
});

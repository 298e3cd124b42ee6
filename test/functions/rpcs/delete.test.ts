import { expect, it } from 'vitest';
import { expectError, nobodys } from '../answers.ts';
import { asOperator, expectHeedsIfMatch, itIsForOperators, newRpc } from '../operator.ts';

itIsForOperators('DELETE', `/rpcs/${nobodys}`);

it('deletes an endpoint, whose URL can be added again', async () => {
  const rpc = await newRpc();
  const { headers } = await asOperator('GET', `/rpcs/${rpc.uuid}`);
  const { status } = await expectHeedsIfMatch(headers.get('etag'), (ifMatch) =>
    asOperator('DELETE', `/rpcs/${rpc.uuid}`, { headers: { 'if-match': ifMatch } }),
  );
  expect(status).toBe(204);
  expectError(await asOperator('DELETE', `/rpcs/${rpc.uuid}`), 404, 'RpcError');
  expect((await newRpc({ url: rpc.url })).uuid).not.toBe(rpc.uuid);
});

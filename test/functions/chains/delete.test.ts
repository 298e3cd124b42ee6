import { expect, it } from 'vitest';
import { newUser, newWallet, request } from '../../support/api.ts';
import { expectError } from '../answers.ts';
import {
  asOperator,
  expectHeedsIfMatch,
  itIsForOperators,
  newChain,
  newRpc,
  newToken,
  someAddress,
} from '../operator.ts';

itIsForOperators('DELETE', '/chains/1');

const remove = (name: string | number, headers: Record<string, string> = {}) =>
  asOperator('DELETE', `/chains/${name}`, { headers });

it('deletes a chain that nothing uses, and frees its names', async () => {
  const chain = await newChain();
  const { token } = await newUser();
  const { headers } = await request('GET', `/chains/${chain.chain_id}`, { token });
  const { status } = await expectHeedsIfMatch(headers.get('etag'), (ifMatch) =>
    remove(chain.chain_id, { 'if-match': ifMatch }),
  );
  expect(status).toBe(204);
  expectError(await remove(chain.chain_id), 404, 'ChainError');
  const again = await newChain({ chain_id: chain.chain_id, short_name: chain.short_name });
  expect(again.uuid).not.toBe(chain.uuid);
});

it('says what uses a chain that stays', async () => {
  const { chain_id } = await newChain();
  const token = await newToken({ chain_id });
  const rpc = await newRpc({ chain_id });
  await newWallet(await newUser(), [{ chain_id, address: someAddress() }]);
  const refused = await remove(chain_id);
  expectError(refused, 409, 'ConflictError', 'tokens: 1, RPC endpoints: 1, wallet addresses: 1');
  await asOperator('DELETE', `/tokens/${token.uuid}`);
  await asOperator('DELETE', `/rpcs/${rpc.uuid}`);
  expectError(await remove(chain_id), 409, 'ConflictError', /stays \(wallet addresses: 1\)/);
});

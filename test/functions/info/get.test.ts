import { expect, it } from 'vitest';
import { request } from '../../support/api.ts';
import { newChain } from '../operator.ts';

it('tells everybody the version, the commit and the chains in use', async () => {
  const { chain_id } = await newChain({ is_active: false });
  const { status, body } = await request('GET', '/info');
  expect(status).toBe(200);
  expect(body).toEqual({
    name: 'BagTracker',
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    commit: body.commit === null ? null : expect.stringMatching(/^[0-9a-f]{40}$/),
    chains: expect.arrayContaining([
      { chain_id: 1, name: 'Ethereum' },
      { chain_id: 'solana', name: 'Solana' },
    ]),
  });
  expect(body.chains.map((chain: { chain_id: number }) => chain.chain_id)).not.toContain(chain_id);
});

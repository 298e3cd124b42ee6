import { expect, it } from 'vitest';
import { everyItem, newUser, request } from '../../support/api.ts';
import { anInstant, aUuid, expectError } from '../answers.ts';
import { newChain } from '../operator.ts';

it('lists every chain, page by page', async () => {
  const user = await newUser();
  const added = await newChain();
  const { status, body } = await request('GET', '/chains?limit=2', { token: user.token });
  expect(status).toBe(200);
  expect(body.items).toHaveLength(2);
  expect(body.items[0]).toEqual({
    uuid: aUuid,
    chain_id: 1,
    short_name: 'ethereum',
    name: 'Ethereum',
    kind: 'evm',
    explorer_url: 'https://etherscan.io',
    explorer_tx_path: '/tx/',
    explorer_address_path: '/address/',
    finality_tag: 'finalized',
    finality_confirmations: 64,
    finality_unit: 'block',
    block_time_ms: 12_000,
    coingecko_platform: 'ethereum',
    defillama_id: 'ethereum',
    is_active: true,
    created_at: anInstant,
    updated_at: anInstant,
  });
  const ids = (await everyItem(user, '/chains')).map(({ chain_id }) => chain_id);
  expect(ids).toEqual(
    expect.arrayContaining([1, 56, 137, 42161, 'tron', 'solana', 'stacks', added.chain_id]),
  );
  expect(new Set(ids).size).toBe(ids.length);
});

it('asks for a log-in', async () => {
  expectError(await request('GET', '/chains'), 401, 'AuthenticationError');
});

import { describe, expect, it } from 'vitest';
import { newUser, newWallet, request } from '../../support/api.ts';
import { anInstant, aUuid, expectError, expectFault } from '../answers.ts';
import { asOperator, chainBody, itIsForOperators, newChain, newToken, someAddress } from '../operator.ts';

const create = (fields: Record<string, unknown>, headers: Record<string, string> = {}) =>
  asOperator('POST', '/chains', { body: chainBody(fields), headers });

itIsForOperators('POST', '/chains', chainBody());

it('adds a chain', async () => {
  const body = chainBody();
  const answer = await asOperator('POST', '/chains', { body });
  expect(answer.status).toBe(201);
  expect(answer.body).toEqual({
    ...body,
    uuid: aUuid,
    finality_tag: null,
    coingecko_platform: null,
    defillama_id: null,
    is_active: true,
    created_at: anInstant,
    updated_at: anInstant,
  });
});

it('adds a chain that wallets can watch and tokens can be on', async () => {
  const chain = await newChain();
  const native = await newToken({ chain_id: chain.chain_id, contract_address: null, kind: 'native' });
  expect(native).toMatchObject({ chain_id: chain.chain_id, contract_address: null });
  const wallet = await newWallet(await newUser(), [{ chain_id: chain.chain_id, address: someAddress() }]);
  expect(wallet.addresses).toMatchObject([{ chain_id: chain.chain_id }]);
});

it('has one effect for one Idempotency-Key', async () => {
  const body = chainBody();
  const headers = { 'idempotency-key': body.short_name };
  const [first, second] = [
    await asOperator('POST', '/chains', { body, headers }),
    await asOperator('POST', '/chains', { body, headers }),
  ];
  expect(second).toMatchObject({ status: 201, body: first.body });
});

describe('refuses', () => {
  it('an id or a short name that another chain goes by, in either of its names', async () => {
    const { chain_id, short_name } = await newChain();
    const { token } = await newUser();
    expectError(await create({ chain_id }), 409, 'ConflictError', /choose another name/);
    expectError(await create({ short_name }), 409, 'ConflictError');
    expectError(await create({ kind: 'solana', chain_id: short_name }), 409, 'ConflictError');
    const { body } = await request('GET', `/chains/${short_name}`, { token });
    expect(body.chain_id).toBe(chain_id);
  });

  it('all but one of several who take the same name at once', async () => {
    const { short_name } = chainBody();
    const answers = await Promise.all([1, 2, 3].map(() => create({ short_name })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
  });

  it.each([
    ['chain_id', { chain_id: 'base' }],
    ['chain_id', { chain_id: '0x1' }],
    ['chain_id', { chain_id: '007' }],
    ['chain_id', { chain_id: 5, kind: 'solana' }],
    ['kind', { kind: 'cosmos' }],
    ['short_name', { short_name: 'Base Chain' }],
    ['short_name', { short_name: '1' }],
    ['name', { name: '\u200b\u202e' }],
    ['name', { name: 'x'.repeat(101) }],
    ['explorer_url', { explorer_url: 'http://example.org' }],
    ['explorer_url', { explorer_url: 'javascript:alert(1)' }],
    ['explorer_tx_path', { explorer_tx_path: 'tx/' }],
    ['finality_confirmations', { finality_confirmations: -1 }],
    ['block_time_ms', { block_time_ms: 0 }],
    ['uuid', { uuid: '0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11' }],
  ])('a wrong %s: %o', async (field, fields) => {
    expectFault(await create(fields), field);
  });
});

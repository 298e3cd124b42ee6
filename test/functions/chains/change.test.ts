import { expect, it } from 'vitest';
import { newUser, request } from '../../support/api.ts';
import { expectError, expectFault } from '../answers.ts';
import { asOperator, expectHeedsIfMatch, itIsForOperators, newChain } from '../operator.ts';

itIsForOperators('PATCH', '/chains/1', { is_active: true });

const change = (name: string, body: unknown, headers: Record<string, string> = {}) =>
  asOperator('PATCH', `/chains/${name}`, { body, headers });

it('changes what it names and nothing else', async () => {
  const chain = await newChain({ finality_tag: 'finalized' });
  const { status, body } = await change(chain.short_name, { name: 'Renamed', is_active: false });
  expect(status).toBe(200);
  expect(body).toEqual({ ...chain, name: 'Renamed', is_active: false, updated_at: body.updated_at });
  expect(body.updated_at > chain.updated_at).toBe(true);
  expect((await change(chain.short_name, { finality_tag: null })).body.finality_tag).toBeNull();
});

it('heeds If-Match', async () => {
  const chain = await newChain();
  const { token } = await newUser();
  const { headers } = await request('GET', `/chains/${chain.chain_id}`, { token });
  const answer = await expectHeedsIfMatch(headers.get('etag'), (ifMatch) =>
    change(chain.short_name, { name: 'Renamed' }, { 'if-match': ifMatch }),
  );
  expect(answer.body.name).toBe('Renamed');
});

it('refuses a short name that another chain has, and keeps its own', async () => {
  const [one, other] = [await newChain(), await newChain()];
  expectError(await change(one.short_name, { short_name: other.short_name }), 409, 'ConflictError');
  expect((await change(one.short_name, { short_name: one.short_name })).status).toBe(200);
});

it('refuses to change nothing, and what a chain is', async () => {
  const chain = await newChain();
  expectError(await change(chain.short_name, {}), 400, 'BadRequestException', /at least one field/);
  expectFault(await change(chain.short_name, { chain_id: 7 }), 'chain_id');
  expectFault(await change(chain.short_name, { kind: 'solana' }), 'kind');
});

it('does not know a chain that does not exist', async () => {
  expectError(await change('nochain', { is_active: true }), 404, 'ChainError');
});

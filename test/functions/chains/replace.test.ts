import { expect, it } from 'vitest';
import { expectError, expectFault } from '../answers.ts';
import { asOperator, chainBody, itIsForOperators, newChain } from '../operator.ts';

const { chain_id: _, kind: __, ...settable } = chainBody();

itIsForOperators('PUT', '/chains/1', settable);

const replace = (name: string, body: unknown, headers: Record<string, string> = {}) =>
  asOperator('PUT', `/chains/${name}`, { body, headers });

it('replaces everything that can be set: what is left out returns to its default', async () => {
  const chain = await newChain({ finality_tag: 'finalized', defillama_id: 'base', is_active: false });
  const { status, body } = await replace(chain.short_name, { ...settable, name: 'Another' });
  expect(status).toBe(200);
  expect(body).toEqual({
    ...chain,
    ...settable,
    name: 'Another',
    finality_tag: null,
    defillama_id: null,
    is_active: true,
    updated_at: body.updated_at,
  });
});

it('refuses when something has changed meanwhile', async () => {
  const chain = await newChain();
  expectError(
    await replace(chain.short_name, settable, { 'if-match': '"stale"' }),
    412,
    'PreconditionFailed',
  );
});

it('refuses half a chain', async () => {
  const chain = await newChain();
  const { name, ...rest } = settable;
  expectFault(await replace(chain.short_name, rest), 'name');
});

it('does not know a chain that does not exist', async () => {
  expectError(await replace('nochain', settable), 404, 'ChainError');
});

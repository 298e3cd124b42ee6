import { expect, it } from 'vitest';
import { expectFault } from '../answers.ts';
import { asOperator, itIsForOperators, newChain, newRpc } from '../operator.ts';

itIsForOperators('GET', '/rpcs');

it('lists the endpoints of a chain, page by page', async () => {
  const { chain_id } = await newChain();
  const [first, second] = [await newRpc({ chain_id }), await newRpc({ chain_id })];
  const { status, body } = await asOperator('GET', `/rpcs?chain_id=${chain_id}`);
  expect([status, body]).toEqual([200, { items: [first, second], next_cursor: null }]);
  const page = await asOperator('GET', `/rpcs?chain_id=${chain_id}&limit=1`);
  expect(page.body).toEqual({ items: [first], next_cursor: first.uuid });
  const next = await asOperator('GET', `/rpcs?chain_id=${chain_id}&limit=1&cursor=${first.uuid}`);
  expect(next.body).toEqual({ items: [second], next_cursor: null });
});

it('lists those of all chains', async () => {
  const rpc = await newRpc({ chain_id: 137 });
  const { body } = await asOperator('GET', '/rpcs?limit=200');
  expect(body.items).toContainEqual(rpc);
});

it('refuses a chain that does not exist', async () => {
  expectFault(await asOperator('GET', '/rpcs?chain_id=999999999'), 'chain_id');
});

import { newUser } from '../../support/api.ts';
import { chainBody, newChain, newRpc, newToken, rpcBody, tokenBody } from '../operator.ts';
import type { Route } from '../routes.ts';

const aChain: Route = {
  prepare: async () => ({ chain_id: String((await newChain()).chain_id) }),
  nobodys: { chain_id: 'nochain' },
};
const aToken: Route = { prepare: async () => ({ token_uuid: (await newToken()).uuid }) };
const anRpc: Route = { prepare: async () => ({ rpc_uuid: (await newRpc()).uuid }) };

const without = (body: Record<string, unknown>, ...names: string[]) =>
  Object.fromEntries(Object.entries(body).filter(([name]) => !names.includes(name)));

export const operatorRoutes: Record<string, Route> = {
  'chains/create': { body: () => chainBody() },
  'chains/replace': { ...aChain, body: () => without(chainBody(), 'chain_id', 'kind') },
  'chains/change': { ...aChain, body: () => ({ is_active: false }) },
  'chains/delete': aChain,
  'tokens/create': { body: () => tokenBody() },
  'tokens/replace': { ...aToken, body: () => ({ symbol: 'TKN', name: 'A token' }) },
  'tokens/change': { ...aToken, body: () => ({ is_spam: true }) },
  'tokens/delete': aToken,
  'tokens/decimals': { ...aToken, body: () => ({ decimals: 6 }) },
  'rpcs/list': {},
  'rpcs/create': { body: () => rpcBody() },
  'rpcs/get': anRpc,
  'rpcs/replace': { ...anRpc, body: () => without(rpcBody(), 'chain_id') },
  'rpcs/change': { ...anRpc, body: () => ({ priority: 1 }) },
  'rpcs/delete': anRpc,
  'user-management/list': {},
  'user-management/delete': { prepare: async () => ({ user_uuid: (await newUser()).uuid }) },
  'balances/recalculate': {},
  'balances/recalculate-all': {},
  'queues/list': {},
  'queues/redrive': {
    prepare: async () => ({ name: 'recalculate-balance' }),
    nobodys: { name: 'nothing' },
  },
};

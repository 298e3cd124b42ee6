import { newToken } from '../operator.ts';
import type { Route } from '../routes.ts';

export const referenceRoutes: Record<string, Route> = {
  'chains/list': {},
  'chains/get': { prepare: async () => ({ chain_id: '1' }), nobodys: { chain_id: 'nochain' } },
  'tokens/list': {},
  'tokens/get': { prepare: async () => ({ token_uuid: (await newToken()).uuid }) },
};

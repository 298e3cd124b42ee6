import { newToken } from '../operator.ts';
import type { Route } from '../routes.ts';

export const referenceRoutes: Record<string, Route> = {
  'chains/list': { forAll: true },
  'chains/get': { forAll: true, prepare: async () => ({ chain_id: '1' }), nobodys: { chain_id: 'nochain' } },
  'tokens/list': { forAll: true },
  'tokens/get': { forAll: true, prepare: async () => ({ token_uuid: (await newToken()).uuid }) },
};

import { purchase } from '../purchase.ts';
import type { Route } from '../routes.ts';

export const transactionRoutes: Record<string, Route> = {
  'transactions/create': { body: ({ wallet_uuid }) => ({ wallet_uuid, chain_id: 1, ...purchase }) },
  'transactions/get': {},
  'transactions/list': {},
};

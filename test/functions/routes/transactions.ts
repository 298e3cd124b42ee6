import { purchase } from '../purchase.ts';
import type { Route } from '../routes.ts';

export const transactionRoutes: Record<string, Route> = {
  'transactions/create': { body: ({ wallet_uuid }) => ({ wallet_uuid, chain_id: 1, ...purchase }) },
  'transactions/bulk': {
    body: ({ wallet_uuid }) => ({ transactions: [{ wallet_uuid, chain_id: 1, ...purchase }] }),
  },
  'transactions/get': {},
  'transactions/change': { body: () => ({ price_usd: '101' }) },
  'transactions/delete': {},
  'transactions/cancel': {},
  'transactions/restore': {},
  'transactions/list': {},
};

import { everyItem } from '../../support/api.ts';
import { purchase } from '../purchase.ts';
import type { Route } from '../routes.ts';

/** The purchase of what the portfolio's transaction sold. */
const purchased: Route = {
  prepare: async ({ user, wallet }) => {
    const [bought] = await everyItem(user, `/wallet/transactions/${wallet.uuid}?type=BUY`);
    return { acquisition_uuid: bought.uuid };
  },
};

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
  'transactions/name-lots': {
    ...purchased,
    body: ({ acquisition_uuid }) => ({
      lot_selections: [{ transaction_uuid: acquisition_uuid, amount: '1' }],
    }),
  },
  'transactions/named-lots': {},
  'transactions/unname-lots': {},
};

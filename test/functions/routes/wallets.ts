import type { Route } from '../routes.ts';

export const walletRoutes: Record<string, Route> = {
  'wallets/create': { body: () => ({ name: 'Another' }) },
  'wallets/get': {},
  'wallets/list': {},
};

import type { Route } from '../routes.ts';

export const balanceRoutes: Record<string, Route> = {
  'balances/list': {},
  'balances/by-token': {},
  'balances/get': {},
  'balances/lots': {},
  'balances/matches': {},
  'balances/history': {},
};

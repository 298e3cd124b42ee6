import type { Route } from '../routes.ts';

export const balanceRoutes: Record<string, Route> = {
  'balances/list': {},
  'balances/lots': {},
  'balances/matches': {},
  'balances/history': {},
};

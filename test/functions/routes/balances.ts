import type { Route } from '../routes.ts';

export const balanceRoutes: Record<string, Route> = {
  'audit/list': { forAll: true },
  'balances/list': {},
  'balances/by-token': {},
  'balances/get': {},
  'balances/lots': {},
  'balances/matches': {},
  'balances/history': {},
};

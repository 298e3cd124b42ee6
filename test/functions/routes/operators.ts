import type { Route } from '../routes.ts';

export const operatorRoutes: Record<string, Route> = {
  'balances/recalculate': {},
};

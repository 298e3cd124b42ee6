import type { Route } from '../routes.ts';

export const documentRoutes: Record<string, Route> = {
  'health/check': {},
  'documents/openapi': {},
  'info/get': {},
};

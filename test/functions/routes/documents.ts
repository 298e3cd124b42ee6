import type { Route } from '../routes.ts';

export const documentRoutes: Record<string, Route> = {
  'health/check': {},
  'documents/openapi': {},
  'documents/docs': {},
  'documents/redoc': {},
  'documents/asset': {
    prepare: async () => ({ asset: 'swagger-ui.css' }),
    nobodys: { asset: 'nothing.css' },
  },
  'info/get': {},
};

import { request } from '../../support/api.ts';
import type { Route } from '../routes.ts';

export const gainRoutes: Record<string, Route> = {
  'gains/list': { query: ({ wallet_uuid }) => `?year=2024&wallet=${wallet_uuid}` },
  'gains/report': { body: ({ wallet_uuid }) => ({ year: 2024, wallet_uuid }) },
  'gains/verify': {
    prepare: async ({ user, wallet }) => {
      const body = { year: 2024, wallet_uuid: wallet.uuid };
      const { uuid } = (await request('POST', '/gains/report', { token: user.token, body })).body;
      return { report_uuid: uuid };
    },
    body: ({ report_uuid }) => ({ report_uuid }),
  },
  'gains/compare': { body: ({ wallet_uuid }) => ({ wallet_uuid }) },
  'gains/what-if': { body: ({ balance_uuid }) => ({ balance_uuid, amount: '0.5', price_usd: '100' }) },
};

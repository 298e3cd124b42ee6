import { request } from '../../support/api.ts';
import type { Portfolio, Route } from '../routes.ts';

/** A stored report on the wallet. */
const reported = async ({ user, wallet }: Portfolio) => {
  const body = { year: 2024, wallet_uuid: wallet.uuid };
  const stored = await request('POST', '/gains/report', { token: user.token, body });
  return { report_uuid: String(stored.body.uuid) };
};

export const gainRoutes: Record<string, Route> = {
  'gains/list': { query: ({ wallet_uuid }) => `?year=2024&wallet=${wallet_uuid}` },
  'gains/report': { body: ({ wallet_uuid }) => ({ year: 2024, wallet_uuid }) },
  'gains/reports': { forAll: true },
  'gains/delete-report': { prepare: reported },
  'gains/verify': {
    prepare: reported,
    body: ({ report_uuid }) => ({ report_uuid }),
  },
  'gains/compare': { body: ({ wallet_uuid }) => ({ wallet_uuid }) },
  'gains/what-if': { body: ({ balance_uuid }) => ({ balance_uuid, amount: '0.5', price_usd: '100' }) },
};

import { randomUUID } from 'node:crypto';
import { request } from '../../support/api.ts';
import type { Route } from '../routes.ts';

/** A portfolio of one wallet. */
const existing: Route = {
  prepare: async ({ user, wallet }) => {
    const body = { name: `Portfolio ${randomUUID()}`, wallet_uuids: [wallet.uuid] };
    const created = await request('POST', '/portfolio', { token: user.token, body });
    return { portfolio_uuid: created.body.uuid };
  },
};

export const portfolioRoutes: Record<string, Route> = {
  'portfolios/create': {
    body: ({ wallet_uuid }) => ({ name: `Portfolio ${randomUUID()}`, wallet_uuids: [wallet_uuid] }),
  },
  'portfolios/get': existing,
  'portfolios/replace': { ...existing, body: () => ({ name: `Portfolio ${randomUUID()}` }) },
  'portfolios/change': { ...existing, body: () => ({ description: 'changed' }) },
  'portfolios/delete': existing,
  'portfolios/list': {},
  'portfolios/add-wallet': existing,
  'portfolios/remove-wallet': existing,
  'portfolios/summary': existing,
  'portfolios/history': existing,
  'portfolios/performance': existing,
  'portfolios/chart': existing,
};

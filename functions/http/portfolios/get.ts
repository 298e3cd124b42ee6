import { presentPortfolio, requirePortfolio } from '#shared/adapters/db/portfolios.ts';
import { getPortfolio } from '#shared/contract/portfolios.ts';
import { http } from '#shared/lambda/http.ts';

export const handler = http(getPortfolio, async ({ db, caller, params }) =>
  presentPortfolio(db, caller.userId, await requirePortfolio(db, caller.userId, params.portfolio_uuid)),
);

import { pagePortfolios } from '#shared/adapters/db/portfolios.ts';
import { requireSelf } from '#shared/adapters/db/users.ts';
import { listPortfolios } from '#shared/contract/portfolios.ts';
import { http } from '#shared/lambda/http.ts';

export const handler = http(listPortfolios, async ({ db, caller, params, query }) => {
  await requireSelf(db, caller.userId, params.username);
  return pagePortfolios(db, caller.userId, query);
});

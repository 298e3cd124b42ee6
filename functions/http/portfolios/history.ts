import { requirePortfolio } from '#shared/adapters/db/portfolios.ts';
import { listPortfolioHistory } from '#shared/contract/history.ts';
import { http } from '#shared/lambda/http.ts';
import { pageSums } from '#shared/usecases/read-history.ts';

export const handler = http(listPortfolioHistory, async ({ db, caller, params, query, now }) => {
  const { id } = await requirePortfolio(db, caller.userId, params.portfolio_uuid);
  return pageSums(db, caller.userId, { portfolioId: id }, query, now);
});

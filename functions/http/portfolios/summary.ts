import { getPortfolioSummary } from '#shared/contract/portfolios.ts';
import { http } from '#shared/lambda/http.ts';
import { summarizePortfolio } from '#shared/usecases/summarize-portfolio.ts';

export const handler = http(getPortfolioSummary, ({ db, caller, params, now }) =>
  summarizePortfolio(db, caller.userId, params.portfolio_uuid, now),
);

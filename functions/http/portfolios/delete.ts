import { deletePortfolio as endpoint } from '#shared/contract/portfolios.ts';
import { http } from '#shared/lambda/http.ts';
import { deletePortfolio } from '#shared/usecases/change-portfolio.ts';

export const handler = http(endpoint, ({ db, announced, caller, params, ifMatch }) =>
  deletePortfolio({ db, announced }, caller, params.portfolio_uuid, ifMatch),
);

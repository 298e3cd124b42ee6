import { replacePortfolio as endpoint } from '#shared/contract/portfolios.ts';
import { http } from '#shared/lambda/http.ts';
import { changePortfolio } from '#shared/usecases/change-portfolio.ts';

export const handler = http(endpoint, ({ db, announced, caller, params, body, ifMatch }) =>
  changePortfolio({ db, announced }, caller, { ...params, ...body }, ifMatch),
);

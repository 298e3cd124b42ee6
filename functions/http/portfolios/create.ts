import { createPortfolio as endpoint } from '#shared/contract/portfolios.ts';
import { http } from '#shared/lambda/http.ts';
import { createPortfolio } from '#shared/usecases/create-portfolio.ts';

export const handler = http(endpoint, ({ db, announced, caller, body }) =>
  createPortfolio({ db, announced }, caller, body),
);

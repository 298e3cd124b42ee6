import { createPortfolio as endpoint } from '#shared/contract/portfolios.ts';
import { http } from '#shared/lambda/http.ts';
import { createPortfolio } from '#shared/usecases/create-portfolio.ts';

export const handler = http(endpoint, ({ db, caller, body }) => createPortfolio(db, caller.userId, body));

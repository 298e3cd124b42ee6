import { drawPortfolio as endpoint } from '#shared/contract/chart.ts';
import { http } from '#shared/lambda/http.ts';
import { picture } from '#shared/lambda/picture.ts';
import { drawPortfolio } from '#shared/usecases/draw-portfolio.ts';

export const handler = http(endpoint, async ({ db, caller, params, query, now }) =>
  picture(endpoint.status, await drawPortfolio(db, caller.userId, params.portfolio_uuid, query, now)),
);

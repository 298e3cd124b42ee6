import { listPrices as endpoint } from '#shared/contract/prices.ts';
import { http } from '#shared/lambda/http.ts';
import { listPrices } from '#shared/usecases/list-prices.ts';

export const handler = http(endpoint, ({ db, caller, params, query, now }) =>
  listPrices(db, caller.userId, { ...params, ...query }, now),
);

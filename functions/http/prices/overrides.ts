import { pageOverrides } from '#shared/adapters/db/price-overrides.ts';
import { listOverrides } from '#shared/contract/prices.ts';
import { http } from '#shared/lambda/http.ts';

export const handler = http(listOverrides, ({ db, caller, query }) =>
  pageOverrides(db, caller.userId, query),
);

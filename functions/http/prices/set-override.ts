import { setOverride } from '#shared/contract/prices.ts';
import { http } from '#shared/lambda/http.ts';
import { overridePrice } from '#shared/usecases/override-price.ts';

export const handler = http(setOverride, ({ db, caller, params, body, now, ifMatch }) =>
  overridePrice(db, caller.userId, { ...params, ...body }, now, ifMatch),
);

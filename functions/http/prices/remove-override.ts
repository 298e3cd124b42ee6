import { removeOverride as endpoint } from '#shared/contract/prices.ts';
import { http } from '#shared/lambda/http.ts';
import { removeOverride } from '#shared/usecases/override-price.ts';

export const handler = http(endpoint, ({ db, caller, params, now, ifMatch }) =>
  removeOverride(db, caller.userId, params.token_uuid, now, ifMatch),
);

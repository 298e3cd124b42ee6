import { unnameLots as endpoint } from '#shared/contract/lot-selections.ts';
import { http } from '#shared/lambda/http.ts';
import { unnameLots } from '#shared/usecases/name-lots.ts';

export const handler = http(endpoint, ({ db, announced, caller, params, ifMatch }) =>
  unnameLots({ db, announced }, caller, params.transaction_uuid, ifMatch),
);

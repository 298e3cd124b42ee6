import { nameLots as endpoint } from '#shared/contract/lot-selections.ts';
import { http } from '#shared/lambda/http.ts';
import { nameLots } from '#shared/usecases/name-lots.ts';

export const handler = http(endpoint, ({ db, caller, params, body, ifMatch }) =>
  nameLots(db, caller.userId, { uuid: params.transaction_uuid, named: body.lot_selections }, ifMatch),
);

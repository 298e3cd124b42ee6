import { showNamedLots as endpoint } from '#shared/contract/lot-selections.ts';
import { http } from '#shared/lambda/http.ts';
import { showNamedLots } from '#shared/usecases/name-lots.ts';

export const handler = http(endpoint, ({ db, caller, params }) =>
  showNamedLots(db, caller.userId, params.transaction_uuid),
);

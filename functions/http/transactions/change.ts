import { changeTransaction as endpoint } from '#shared/contract/transactions.ts';
import { http } from '#shared/lambda/http.ts';
import { changeTransaction } from '#shared/usecases/change-transaction.ts';

export const handler = http(endpoint, ({ db, announced, caller, params, body, now, ifMatch }) =>
  changeTransaction({ db, announced }, caller, { uuid: params.transaction_uuid, edit: body, now }, ifMatch),
);

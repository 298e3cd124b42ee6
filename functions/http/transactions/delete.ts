import { deleteTransaction as endpoint } from '#shared/contract/transactions.ts';
import { http } from '#shared/lambda/http.ts';
import { deleteTransaction } from '#shared/usecases/withdraw-transaction.ts';

export const handler = http(endpoint, ({ db, announced, caller, params, now, ifMatch }) =>
  deleteTransaction({ db, announced }, caller, { uuid: params.transaction_uuid, now }, ifMatch),
);

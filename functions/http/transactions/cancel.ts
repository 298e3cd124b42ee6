import { cancelTransaction as endpoint } from '#shared/contract/transactions.ts';
import { http } from '#shared/lambda/http.ts';
import { cancelTransaction } from '#shared/usecases/withdraw-transaction.ts';

export const handler = http(endpoint, ({ db, announced, caller, params }) =>
  cancelTransaction({ db, announced }, caller, params.transaction_uuid),
);

import { restoreTransaction as endpoint } from '#shared/contract/transactions.ts';
import { http } from '#shared/lambda/http.ts';
import { restoreTransaction } from '#shared/usecases/withdraw-transaction.ts';

export const handler = http(endpoint, ({ db, announced, caller, params }) =>
  restoreTransaction({ db, announced }, caller, params.transaction_uuid),
);

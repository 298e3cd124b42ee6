import { createTransaction } from '#shared/contract/transactions.ts';
import { http } from '#shared/lambda/http.ts';
import { recordTransaction } from '#shared/usecases/record-transaction.ts';

export const handler = http(createTransaction, ({ db, announced, caller, body, now }) =>
  recordTransaction({ db, announced }, caller, body, now),
);

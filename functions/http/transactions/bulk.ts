import { createTransactions } from '#shared/contract/transactions.ts';
import { http } from '#shared/lambda/http.ts';
import { recordTransactions } from '#shared/usecases/record-transaction.ts';

export const handler = http(createTransactions, ({ db, announced, caller, body, now }) =>
  recordTransactions({ db, announced }, caller, body.transactions, now),
);

import { findTransaction } from '#shared/adapters/db/transactions.ts';
import { getTransaction } from '#shared/contract/transactions.ts';
import { notFound } from '#shared/errors.ts';
import { http } from '#shared/lambda/http.ts';

export const handler = http(getTransaction, async ({ db, caller, params }) => {
  const transaction = await findTransaction(db, caller.userId, params.transaction_uuid);
  if (!transaction) throw notFound('Transaction');
  return transaction;
});

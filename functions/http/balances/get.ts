import { findBalance } from '#shared/adapters/db/balances.ts';
import { getBalance } from '#shared/contract/balances.ts';
import { notFound } from '#shared/errors.ts';
import { http } from '#shared/lambda/http.ts';

export const handler = http(getBalance, async ({ db, caller, params, now }) => {
  const balance = await findBalance(db, caller.userId, params.balance_uuid, now);
  if (!balance) throw notFound('Balance');
  return balance;
});

import { pageTransactions } from '#shared/adapters/db/transactions.ts';
import { requireWallet } from '#shared/adapters/db/wallet-access.ts';
import { listTransactions } from '#shared/contract/transactions.ts';
import { http } from '#shared/lambda/http.ts';

export const handler = http(listTransactions, async ({ db, caller, params, query }) => {
  const wallet = await requireWallet(db, caller.userId, params.wallet_uuid);
  return pageTransactions(db, caller.userId, wallet.id, query);
});

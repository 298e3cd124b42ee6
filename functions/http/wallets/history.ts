import { requireWallet } from '#shared/adapters/db/wallet-access.ts';
import { listWalletHistory } from '#shared/contract/history.ts';
import { http } from '#shared/lambda/http.ts';
import { pageSums } from '#shared/usecases/read-history.ts';

export const handler = http(listWalletHistory, async ({ db, caller, params, query, now }) => {
  const { id } = await requireWallet(db, caller.userId, params.wallet_uuid);
  return pageSums(db, caller.userId, { walletId: id }, query, now);
});

import { pageBalances } from '#shared/adapters/db/balances.ts';
import { requireWallet } from '#shared/adapters/db/wallet-access.ts';
import { settings } from '#shared/config.ts';
import { listBalances } from '#shared/contract/balances.ts';
import { http } from '#shared/lambda/http.ts';

export const handler = http(listBalances, async ({ db, caller, params, query, now }) => {
  const wallet = await requireWallet(db, caller.userId, params.wallet_uuid);
  return pageBalances(db, caller.userId, wallet.id, {
    ...query,
    dustThreshold: settings().DUST_THRESHOLD,
    now,
  });
});

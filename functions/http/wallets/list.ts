import { requireSelf } from '#shared/adapters/db/users.ts';
import { pageWallets } from '#shared/adapters/db/wallets.ts';
import { listWallets } from '#shared/contract/wallets.ts';
import { http } from '#shared/lambda/http.ts';

export const handler = http(listWallets, async ({ db, caller, params, query }) => {
  await requireSelf(db, caller.userId, params.username);
  return pageWallets(db, caller.userId, query);
});

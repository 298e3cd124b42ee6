import { pageSuggestions } from '#shared/adapters/db/transfer-links.ts';
import { requireWallet } from '#shared/adapters/db/wallet-access.ts';
import { suggestTransfers } from '#shared/contract/transfers.ts';
import { http } from '#shared/lambda/http.ts';

export const handler = http(suggestTransfers, async ({ db, caller, query }) => {
  const { wallet_uuid: uuid, ...paging } = query;
  const wallet = uuid === undefined ? undefined : await requireWallet(db, caller.userId, uuid);
  return pageSuggestions(db, caller.userId, wallet?.id, paging);
});

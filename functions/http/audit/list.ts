import { pageAudit } from '#shared/adapters/db/audit-entries.ts';
import { requireWallet } from '#shared/adapters/db/wallet-access.ts';
import { listAudit } from '#shared/contract/audit.ts';
import { http } from '#shared/lambda/http.ts';

export const handler = http(listAudit, async ({ db, caller, query }) => {
  const { wallet: uuid, ...paging } = query;
  const wallet = uuid === undefined ? undefined : await requireWallet(db, caller.userId, uuid);
  return pageAudit(db, caller.userId, wallet?.id, paging);
});

import { requireBalance } from '#shared/adapters/db/balances.ts';
import { pageLots } from '#shared/adapters/db/lots.ts';
import { listLots } from '#shared/contract/balances.ts';
import { http } from '#shared/lambda/http.ts';

export const handler = http(listLots, async ({ db, caller, params, query }) => {
  const balance = await requireBalance(db, caller.userId, params.balance_uuid);
  return pageLots(db, caller.userId, { balance, ...query });
});

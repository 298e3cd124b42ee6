import { requireBalance } from '#shared/adapters/db/balances.ts';
import { pageMatches } from '#shared/adapters/db/lots.ts';
import { listMatches } from '#shared/contract/balances.ts';
import { http } from '#shared/lambda/http.ts';

export const handler = http(listMatches, async ({ db, caller, params, query }) => {
  const balance = await requireBalance(db, caller.userId, params.balance_uuid);
  return pageMatches(db, caller.userId, { balance, ...query });
});

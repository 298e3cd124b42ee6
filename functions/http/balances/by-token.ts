import { requireSelf } from '#shared/adapters/db/users.ts';
import { listHoldings as endpoint } from '#shared/contract/balances.ts';
import { http } from '#shared/lambda/http.ts';
import { listHoldings } from '#shared/usecases/list-holdings.ts';

export const handler = http(endpoint, async ({ db, caller, params, query }) => {
  await requireSelf(db, caller.userId, params.username);
  return listHoldings(db, caller.userId, query);
});

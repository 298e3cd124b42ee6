import { requireSelf } from '#shared/adapters/db/users.ts';
import { listUserHistory } from '#shared/contract/history.ts';
import { http } from '#shared/lambda/http.ts';
import { pageSums } from '#shared/usecases/read-history.ts';

export const handler = http(listUserHistory, async ({ db, caller, params, query, now }) => {
  await requireSelf(db, caller.userId, params.username);
  return pageSums(db, caller.userId, { everything: true }, query, now);
});

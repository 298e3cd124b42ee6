import { requireBalance } from '#shared/adapters/db/balances.ts';
import { pageHistory } from '#shared/adapters/db/history.ts';
import { listBalanceHistory } from '#shared/contract/balances.ts';
import { badRequest } from '#shared/errors.ts';
import { http } from '#shared/lambda/http.ts';

const monthMs = 30 * 86_400_000;

export const handler = http(listBalanceHistory, async ({ db, caller, params, query, now }) => {
  const balance = await requireBalance(db, caller.userId, params.balance_uuid);
  const to = query.to ? new Date(query.to) : now;
  const start = query.cursor ?? query.from;
  const from = start ? new Date(start) : new Date(to.getTime() - monthMs);
  if (from > to) throw badRequest('from: expected a time before `to`');
  return pageHistory(db, caller.userId, balance.id, { ...query, from, to });
});

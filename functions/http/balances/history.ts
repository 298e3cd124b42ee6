import { requireBalance } from '#shared/adapters/db/balances.ts';
import { pageHistory } from '#shared/adapters/db/history.ts';
import { listBalanceHistory } from '#shared/contract/balances.ts';
import { badRequest } from '#shared/errors.ts';
import { http } from '#shared/lambda/http.ts';

const dayMs = 86_400_000;

/** The longest that one request may look through, in days: a thousand points and some, or a lifetime. */
const longestDays = { hour: 366, day: 3_660, week: 36_600, month: 36_600 } as const;

export const handler = http(listBalanceHistory, async ({ db, caller, params, query, now }) => {
  const balance = await requireBalance(db, caller.userId, params.balance_uuid);
  const to = query.to ? new Date(query.to) : now;
  const start = query.cursor ?? query.from;
  const from = start ? new Date(start) : new Date(to.getTime() - 30 * dayMs);
  if (from > to) throw badRequest('from: expected a time before `to`');
  const longest = longestDays[query.interval];
  if (to.getTime() - from.getTime() > longest * dayMs) {
    throw badRequest(
      `from: expected at most ${longest} days before \`to\` by ${query.interval}: ask for less, or by a longer interval`,
    );
  }
  return pageHistory(db, balance.id, { ...query, from, to });
});

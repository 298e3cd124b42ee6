import { listBalanceHistory } from '#shared/contract/history.ts';
import { http } from '#shared/lambda/http.ts';
import { pageBalanceHistory } from '#shared/usecases/read-history.ts';

export const handler = http(listBalanceHistory, ({ db, caller, params, query, now }) =>
  pageBalanceHistory(db, caller.userId, params.balance_uuid, query, now),
);

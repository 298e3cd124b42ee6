import { getPerformance } from '#shared/contract/performance.ts';
import { http } from '#shared/lambda/http.ts';
import { measurePerformance } from '#shared/usecases/measure-performance.ts';

export const handler = http(getPerformance, ({ db, caller, params, query, now }) =>
  measurePerformance(db, caller.userId, params.portfolio_uuid, query, now),
);

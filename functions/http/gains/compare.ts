import { compareMethods as endpoint } from '#shared/contract/gains.ts';
import { http } from '#shared/lambda/http.ts';
import { compareMethods } from '#shared/usecases/compare-methods.ts';

export const handler = http(endpoint, ({ db, caller, body }) => {
  const { year = null, wallet_uuid: wallet = null, portfolio_uuid: portfolio = null } = body;
  return compareMethods(db, caller.userId, { year, wallet, portfolio });
});

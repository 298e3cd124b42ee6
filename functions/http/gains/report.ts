import { storeReport as endpoint } from '#shared/contract/gains.ts';
import { http } from '#shared/lambda/http.ts';
import { storeReport } from '#shared/usecases/gain-report.ts';

export const handler = http(endpoint, ({ db, caller, body }) => {
  const { year, wallet_uuid: wallet = null, portfolio_uuid: portfolio = null } = body;
  return storeReport(db, caller.userId, { year, wallet, portfolio });
});

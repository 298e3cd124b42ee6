import { recalculateWallet } from '#shared/contract/balances.ts';
import { http } from '#shared/lambda/http.ts';
import { requestRecalculation } from '#shared/usecases/request-recalculation.ts';

export const handler = http(recalculateWallet, ({ db, announced, params }) =>
  requestRecalculation({ db, announced }, params.wallet_uuid),
);

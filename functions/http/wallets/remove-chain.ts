import { removeChain as endpoint } from '#shared/contract/wallets.ts';
import { http } from '#shared/lambda/http.ts';
import { removeChain } from '#shared/usecases/change-wallet-chains.ts';

export const handler = http(endpoint, ({ db, caller, params, ifMatch }) =>
  removeChain(db, caller.userId, params, ifMatch),
);

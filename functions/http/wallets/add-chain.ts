import { addChain as endpoint } from '#shared/contract/wallets.ts';
import { http } from '#shared/lambda/http.ts';
import { addChain } from '#shared/usecases/change-wallet-chains.ts';

export const handler = http(endpoint, ({ db, caller, params, body }) =>
  addChain(db, caller.userId, { ...params, ...body }),
);

import { replaceWallet as endpoint } from '#shared/contract/wallets.ts';
import { http } from '#shared/lambda/http.ts';
import { changeWallet } from '#shared/usecases/change-wallet.ts';

export const handler = http(endpoint, ({ db, caller, params, body, ifMatch }) =>
  changeWallet(db, caller.userId, { ...params, ...body }, ifMatch),
);

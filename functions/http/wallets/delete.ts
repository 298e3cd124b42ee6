import { deleteWallet as endpoint } from '#shared/contract/wallets.ts';
import { http } from '#shared/lambda/http.ts';
import { deleteWallet } from '#shared/usecases/delete-wallet.ts';

export const handler = http(endpoint, ({ db, announced, caller, params, ifMatch }) =>
  deleteWallet({ db, announced }, caller, params.wallet_uuid, ifMatch),
);

import { removeWallet as endpoint } from '#shared/contract/portfolios.ts';
import { http } from '#shared/lambda/http.ts';
import { removeWallet } from '#shared/usecases/change-portfolio-wallets.ts';

export const handler = http(endpoint, ({ db, announced, caller, params, ifMatch }) =>
  removeWallet({ db, announced }, caller, params, ifMatch),
);

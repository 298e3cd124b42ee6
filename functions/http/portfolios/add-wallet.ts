import { addWallet as endpoint } from '#shared/contract/portfolios.ts';
import { http } from '#shared/lambda/http.ts';
import { addWallet } from '#shared/usecases/change-portfolio-wallets.ts';

export const handler = http(endpoint, ({ db, announced, caller, params, ifMatch }) =>
  addWallet({ db, announced }, caller, params, ifMatch),
);

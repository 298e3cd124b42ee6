import { addWallet as endpoint } from '#shared/contract/portfolios.ts';
import { http } from '#shared/lambda/http.ts';
import { addWallet } from '#shared/usecases/change-portfolio-wallets.ts';

export const handler = http(endpoint, ({ db, caller, params, ifMatch }) =>
  addWallet(db, caller.userId, params, ifMatch),
);

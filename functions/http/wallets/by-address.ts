import { listWalletsByAddress } from '#shared/contract/wallets.ts';
import { http } from '#shared/lambda/http.ts';
import { findWallets } from '#shared/usecases/find-wallets.ts';

export const handler = http(listWalletsByAddress, ({ db, caller, params, query }) =>
  findWallets(db, caller.userId, { ...params, ...query }),
);

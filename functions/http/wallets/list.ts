import { usernameOf } from '#shared/adapters/db/users.ts';
import { pageWallets } from '#shared/adapters/db/wallets.ts';
import { listWallets } from '#shared/contract/wallets.ts';
import { notFound } from '#shared/errors.ts';
import { http } from '#shared/lambda/http.ts';

export const handler = http(listWallets, async ({ db, caller, params, query }) => {
  if (params.username !== (await usernameOf(db, caller.userId))) throw notFound('User');
  return pageWallets(db, caller.userId, query);
});

import { requireWallet } from '#shared/adapters/db/wallet-access.ts';
import { presentWallets } from '#shared/adapters/db/wallets.ts';
import { getWallet } from '#shared/contract/wallets.ts';
import { notFound } from '#shared/errors.ts';
import { http } from '#shared/lambda/http.ts';

export const handler = http(getWallet, async ({ db, caller, params }) => {
  const [wallet] = await presentWallets(db, [await requireWallet(db, caller.userId, params.wallet_uuid)]);
  if (!wallet) throw notFound('Wallet');
  return wallet;
});

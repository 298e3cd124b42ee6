import { requireWallet } from '#shared/adapters/db/wallet-access.ts';
import { presentWallet } from '#shared/adapters/db/wallets.ts';
import { getWallet } from '#shared/contract/wallets.ts';
import { http } from '#shared/lambda/http.ts';

export const handler = http(getWallet, async ({ db, caller, params }) =>
  presentWallet(db, await requireWallet(db, caller.userId, params.wallet_uuid)),
);

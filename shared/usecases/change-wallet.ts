import { lockBelongings } from '#shared/adapters/db/belongings.ts';
import type { Db } from '#shared/adapters/db/client.ts';
import { requireWallet } from '#shared/adapters/db/wallet-access.ts';
import { presentWallet, updateWallet } from '#shared/adapters/db/wallets.ts';
import type { IfMatch } from './context.ts';

/**
 * Changes what a wallet is called and said to be; what is not given stays.
 *
 * @throws WalletError, PreconditionFailed
 */
export const changeWallet = async (
  db: Db,
  userId: bigint,
  changes: { wallet_uuid: string; name?: string | undefined; description?: string | null | undefined },
  ifMatch: IfMatch,
) => {
  await lockBelongings(db, userId);
  const wallet = await requireWallet(db, userId, changes.wallet_uuid);
  ifMatch(await presentWallet(db, wallet));
  const { name = wallet.name, description = wallet.description } = changes;
  return presentWallet(db, await updateWallet(db, userId, wallet.id, { name, description }));
};

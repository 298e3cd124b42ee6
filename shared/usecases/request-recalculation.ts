import { markWalletDirty } from '#shared/adapters/db/balance-writes.ts';
import { lockLedgers } from '#shared/adapters/db/ledger-units.ts';
import { findUserUuid } from '#shared/adapters/db/users.ts';
import { requireAnyWallet } from '#shared/adapters/db/wallet-access.ts';
import type { Change } from './context.ts';
import { announceDirty } from './send-outbox.ts';

/** Has every balance of a wallet replayed from its first transaction, through the queue. Whoever's the wallet is. */
export const requestRecalculation = async (change: Change, walletUuid: string) => {
  const wallet = await requireAnyWallet(change.db, walletUuid);
  const caller = { userId: wallet.userId, userUuid: await findUserUuid(change.db, wallet.userId) };
  await lockLedgers(change.db, wallet.userId);
  const dirty = await markWalletDirty(change.db, wallet.id);
  await announceDirty(
    change,
    caller,
    dirty.map(({ uuid }) => uuid),
  );
  return { wallet_uuid: wallet.uuid, balances: dirty.length, state: 'recalculating' as const };
};

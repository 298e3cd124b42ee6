import { lockBelongings } from '#shared/adapters/db/belongings.ts';
import { lockLedgers } from '#shared/adapters/db/ledger-units.ts';
import { linkOwnTransfers } from '#shared/adapters/db/own-transfers.ts';
import { requireWallet } from '#shared/adapters/db/wallet-access.ts';
import { softDeleteWallet } from '#shared/adapters/db/wallet-deletion.ts';
import { presentWallet } from '#shared/adapters/db/wallets.ts';
import type { Caller, Change, IfMatch } from './context.ts';
import { settle } from './settle.ts';

/**
 * Deletes a wallet with everything in it. What it sent to other wallets of the user, or received from them, comes from
 * nowhere and goes nowhere then, unless a third wallet has recorded the same transfer: the costs that travelled along
 * are worked out anew.
 *
 * @throws WalletError, PreconditionFailed
 */
export const deleteWallet = async (
  change: Change,
  caller: Caller,
  walletUuid: string,
  ifMatch: IfMatch,
): Promise<void> => {
  const { db } = change;
  const { userId } = caller;
  await lockLedgers(db, userId);
  await lockBelongings(db, userId);
  const wallet = await requireWallet(db, userId, walletUuid);
  ifMatch(await presentWallet(db, wallet));
  const unlinked = await softDeleteWallet(db, userId, wallet.id);
  const linked = await linkOwnTransfers(
    db,
    userId,
    unlinked.flatMap(({ transaction_hash }) => transaction_hash ?? []),
  );
  await settle(change, caller, [...unlinked, ...linked]);
};

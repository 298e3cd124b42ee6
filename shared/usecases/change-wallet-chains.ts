import { lockBelongings } from '#shared/adapters/db/belongings.ts';
import { findChains } from '#shared/adapters/db/chains.ts';
import type { Db } from '#shared/adapters/db/client.ts';
import { requireWallet } from '#shared/adapters/db/wallet-access.ts';
import { presentWallet, removeAddresses } from '#shared/adapters/db/wallets.ts';
import { notFound } from '#shared/errors.ts';
import type { IfMatch } from './context.ts';
import { resolveAddresses, watchAddresses } from './watch-addresses.ts';

/**
 * Has a wallet watch one more address; one that it watches already changes nothing.
 *
 * @throws WalletError; BadRequestException for an address its chain's rules refuse; ConflictError for one that another
 *   wallet of this user has, and for one too many
 */
export const addChain = async (
  db: Db,
  userId: bigint,
  { wallet_uuid, ...address }: { wallet_uuid: string; chain_id: string; address: string },
) => {
  await lockBelongings(db, userId);
  const wallet = await requireWallet(db, userId, wallet_uuid);
  await watchAddresses(db, userId, wallet.id, await resolveAddresses(db, [{ ...address, place: '' }]));
  return presentWallet(db, wallet);
};

/**
 * Has a wallet watch nothing on a chain any more. Its transactions and balances there stay.
 *
 * @throws WalletError, PreconditionFailed; ChainError when it watches nothing there
 */
export const removeChain = async (
  db: Db,
  userId: bigint,
  { wallet_uuid, chain_id }: { wallet_uuid: string; chain_id: string },
  ifMatch: IfMatch,
): Promise<void> => {
  await lockBelongings(db, userId);
  const wallet = await requireWallet(db, userId, wallet_uuid);
  ifMatch(await presentWallet(db, wallet));
  const chain = (await findChains(db, [chain_id])).get(chain_id);
  const removed = chain ? await removeAddresses(db, userId, wallet.id, chain.id) : 0;
  if (removed === 0) throw notFound('Chain');
};

import { lockBelongings, requireQuota } from '#shared/adapters/db/belongings.ts';
import type { Db } from '#shared/adapters/db/client.ts';
import { insertWallet, presentWallet } from '#shared/adapters/db/wallets.ts';
import { resolveAddresses, watchAddresses } from './watch-addresses.ts';

interface NewWallet {
  name: string;
  description?: string | null | undefined;
  addresses: readonly { chain_id: string; address: string }[];
}

/**
 * Creates a wallet with the addresses it watches.
 *
 * @throws BadRequestException for an address its chain's rules refuse; ConflictError for one that another wallet of
 *   this user has already, and for one wallet or address too many
 */
export const createWallet = async (db: Db, userId: bigint, wallet: NewWallet) => {
  const given = wallet.addresses.map((address, index) => ({ ...address, place: `addresses.${index}.` }));
  const addresses = await resolveAddresses(db, given);
  await lockBelongings(db, userId);
  const { name, description = null } = wallet;
  const created = await insertWallet(db, userId, { name, description });
  await requireQuota(db, userId, 'wallets');
  await watchAddresses(db, userId, created.id, addresses);
  return presentWallet(db, created);
};

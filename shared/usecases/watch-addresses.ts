import { canonicalAddress, InvalidAddress } from '#shared/adapters/chains/addresses.ts';
import { requireQuota } from '#shared/adapters/db/belongings.ts';
import { findChains } from '#shared/adapters/db/chains.ts';
import type { Db } from '#shared/adapters/db/client.ts';
import { findAddressWallet, insertAddresses, type WatchedAddress } from '#shared/adapters/db/wallets.ts';
import { AppError, type Fault, refuseFaults } from '#shared/errors.ts';

/** An address as a caller writes it, and the field of the request where it stands, up to the dot. */
interface GivenAddress {
  chain_id: string;
  address: string;
  place: string;
}

const unknownChain = ({ place, chain_id }: GivenAddress): Fault => ({
  field: `${place}chain_id`,
  message: `there is no chain ${chain_id}`,
});

/**
 * Checks addresses by the rules of their chains and gives their canonical forms, without repetitions.
 *
 * @throws BadRequestException naming each address and each chain that will not do
 */
export const resolveAddresses = async (db: Db, given: readonly GivenAddress[]): Promise<WatchedAddress[]> => {
  if (given.length === 0) return [];
  const chains = await findChains(
    db,
    given.map(({ chain_id }) => chain_id),
  );
  const faults: Fault[] = [];
  const resolved = new Map<string, WatchedAddress>();
  for (const one of given) {
    const chain = chains.get(one.chain_id);
    if (!chain) {
      faults.push(unknownChain(one));
      continue;
    }
    try {
      const address = canonicalAddress(chain.kind, one.address);
      resolved.set(`${chain.id}:${address}`, { chainId: chain.id, address });
    } catch (error) {
      if (!(error instanceof InvalidAddress)) throw error;
      faults.push({ field: `${one.place}address`, message: error.message });
    }
  }
  refuseFaults(faults);
  return [...resolved.values()];
};

/**
 * Has a wallet watch addresses; what it watches already stays as it is. Called under `lockBelongings`.
 *
 * @throws ConflictError for an address that another wallet of the user watches, and for one too many
 */
export const watchAddresses = async (
  db: Db,
  userId: bigint,
  walletId: bigint,
  addresses: readonly WatchedAddress[],
): Promise<void> => {
  for (const known of await insertAddresses(db, userId, walletId, addresses)) {
    const watcher = await findAddressWallet(db, userId, known);
    if (watcher && watcher.walletId !== walletId) {
      throw new AppError('ConflictError', `Your wallet "${watcher.name}" watches ${known.address} already`);
    }
  }
  await requireQuota(db, userId, 'addresses');
};

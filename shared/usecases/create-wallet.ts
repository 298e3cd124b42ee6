import { canonicalAddress, InvalidAddress } from '#shared/adapters/chains/addresses.ts';
import { type Chain, findChains } from '#shared/adapters/db/chains.ts';
import type { Db } from '#shared/adapters/db/client.ts';
import {
  findAddressWallet,
  insertAddresses,
  insertWallet,
  presentWallets,
  type WatchedAddress,
} from '#shared/adapters/db/wallets.ts';
import { AppError, badRequest, type Fault } from '#shared/errors.ts';

interface GivenAddress {
  chain_id: string;
  address: string;
}

/** Checks addresses by the rules of their chains and gives their canonical forms, without repetitions. */
const resolveAddresses = (
  given: readonly GivenAddress[],
  chains: ReadonlyMap<string, Chain>,
): WatchedAddress[] => {
  const faults: Fault[] = [];
  const resolved = new Map<string, WatchedAddress>();
  for (const [place, { chain_id, address }] of given.entries()) {
    const chain = chains.get(chain_id);
    if (!chain) {
      faults.push({ field: `addresses.${place}.chain_id`, message: `there is no chain ${chain_id}` });
      continue;
    }
    try {
      const canonical = canonicalAddress(chain.kind, address);
      resolved.set(`${chain.id}:${canonical}`, { chainId: chain.id, address: canonical });
    } catch (error) {
      if (!(error instanceof InvalidAddress)) throw error;
      faults.push({ field: `addresses.${place}.address`, message: error.message });
    }
  }
  const [first] = faults;
  if (first) throw badRequest(`${first.field}: ${first.message}`, faults);
  return [...resolved.values()];
};

/**
 * Creates a wallet with the addresses it watches.
 *
 * @throws BadRequestException for an address its chain's rules refuse; ConflictError for one that another wallet of
 *   this user has already
 */
export const createWallet = async (
  db: Db,
  userId: bigint,
  wallet: { name: string; description?: string | null | undefined; addresses: readonly GivenAddress[] },
) => {
  const chains = await findChains(
    db,
    wallet.addresses.map(({ chain_id }) => chain_id),
  );
  const addresses = resolveAddresses(wallet.addresses, chains);
  const created = await insertWallet(db, userId, {
    name: wallet.name,
    description: wallet.description ?? null,
  });
  const [taken] = await insertAddresses(db, userId, created.id, addresses);
  if (taken) {
    const other = await findAddressWallet(db, userId, taken);
    throw new AppError('ConflictError', `Your wallet "${other?.name}" watches ${taken.address} already`);
  }
  const [presented] = await presentWallets(db, [created]);
  if (!presented) throw new Error('a wallet vanished after its creation');
  return presented;
};

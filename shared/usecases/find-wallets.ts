import { canonicalAddress } from '#shared/adapters/chains/addresses.ts';
import type { Db } from '#shared/adapters/db/client.ts';
import type { PageQuery } from '#shared/adapters/db/page.ts';
import { pageWallets, watching } from '#shared/adapters/db/wallets.ts';
import { chainKinds } from '#shared/contract/chains.ts';
import { formsOf } from './address-forms.ts';
import { namedChain } from './named-chain.ts';

/**
 * A page of the user's wallets that watch an address, however it is written, on one chain or on any.
 *
 * @throws BadRequestException for an address that no chain, or not the given one, can read
 */
export const findWallets = async (
  db: Db,
  userId: bigint,
  { address, chain_id, ...query }: PageQuery & { address: string; chain_id?: string | undefined },
) => {
  const chain = chain_id === undefined ? undefined : await namedChain(db, chain_id);
  const forms = formsOf(chain ? [chain.kind] : chainKinds, address, canonicalAddress);
  return pageWallets(db, userId, query, watching(userId, forms, chain?.id));
};

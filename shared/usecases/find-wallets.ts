import { canonicalAddress } from '#shared/adapters/chains/addresses.ts';
import { findChains } from '#shared/adapters/db/chains.ts';
import type { Db } from '#shared/adapters/db/client.ts';
import type { PageQuery } from '#shared/adapters/db/page.ts';
import { pageWallets, watching } from '#shared/adapters/db/wallets.ts';
import { badRequest } from '#shared/errors.ts';
import { everyKind, formsOf } from './address-forms.ts';

const fault = (field: string, message: string) => badRequest(`${field}: ${message}`, [{ field, message }]);

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
  const chain = chain_id === undefined ? undefined : (await findChains(db, [chain_id])).get(chain_id);
  if (chain_id !== undefined && !chain) throw fault('chain_id', `there is no chain ${chain_id}`);
  const forms = formsOf(chain ? [chain.kind] : everyKind, address, canonicalAddress);
  return pageWallets(db, userId, query, watching(userId, forms, chain?.id));
};

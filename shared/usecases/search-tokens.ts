import { canonicalContract } from '#shared/adapters/chains/addresses.ts';
import type { Db } from '#shared/adapters/db/client.ts';
import { pageTokens, type TokenSearch } from '#shared/adapters/db/token-records.ts';
import { chainKinds } from '#shared/contract/chains.ts';
import { formsOf } from './address-forms.ts';
import { namedChain } from './named-chain.ts';

interface Search extends Omit<TokenSearch, 'addresses' | 'chainId'> {
  address?: string | undefined;
  chain_id?: string | undefined;
}

/** @throws BadRequestException for a chain that does not exist, and for what is no address there */
export const searchTokens = async (db: Db, { address, chain_id, ...search }: Search) => {
  const chain = chain_id === undefined ? undefined : await namedChain(db, chain_id);
  const kinds = chain ? [chain.kind] : chainKinds;
  const addresses = address === undefined ? undefined : formsOf(kinds, address, canonicalContract);
  return pageTokens(db, { ...search, addresses, chainId: chain?.id });
};

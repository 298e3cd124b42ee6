import type { Db } from '#shared/adapters/db/client.ts';
import { pageTokens, type TokenSearch } from '#shared/adapters/db/token-records.ts';
import { contractForms } from './contract-forms.ts';
import { namedChain } from './named-chain.ts';

interface Search extends Omit<TokenSearch, 'addresses' | 'chainId'> {
  address?: string | undefined;
  chain_id?: string | undefined;
}

const everyKind = ['evm', 'tron', 'solana', 'stacks'] as const;

/** @throws BadRequestException for a chain that does not exist, and for what is no address there */
export const searchTokens = async (db: Db, { address, chain_id, ...search }: Search) => {
  const chain = chain_id === undefined ? undefined : await namedChain(db, chain_id);
  const kinds = chain ? [chain.kind] : everyKind;
  const addresses = address === undefined ? undefined : await contractForms(kinds, address, 'address');
  return pageTokens(db, { ...search, addresses, chainId: chain?.id });
};

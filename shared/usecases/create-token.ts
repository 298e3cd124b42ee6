import { canonicalContract } from '#shared/adapters/chains/addresses.ts';
import type { Db } from '#shared/adapters/db/client.ts';
import {
  insertToken,
  presentToken,
  requireToken,
  type TokenFields,
} from '#shared/adapters/db/token-records.ts';
import { AppError } from '#shared/errors.ts';
import { formsOf } from './address-forms.ts';
import { namedChain } from './named-chain.ts';

interface NewToken extends TokenFields {
  chain_id: string;
  contract_address?: string | null | undefined;
  decimals: number;
}

/** @throws BadRequestException for an address its chain's rules refuse; ConflictError when the chain has it already */
export const createToken = async (db: Db, { chain_id, contract_address, decimals, ...fields }: NewToken) => {
  const chain = await namedChain(db, chain_id);
  const [contractAddress = null] =
    contract_address == null
      ? []
      : formsOf([chain.kind], contract_address, canonicalContract, 'contract_address');
  const uuid = await insertToken(db, { chainId: chain.id, contractAddress, decimals, fields });
  if (uuid) return presentToken(await requireToken(db, uuid));
  throw new AppError(
    'ConflictError',
    `${chain.name} has ${contractAddress === null ? 'a native token' : `the token ${contractAddress}`} already`,
  );
};

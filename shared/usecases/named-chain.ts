import { type Chain, findChains } from '#shared/adapters/db/chains.ts';
import type { Db } from '#shared/adapters/db/client.ts';
import { fault } from '#shared/errors.ts';

/** The chain that a query or a body names. @throws BadRequestException when there is none */
export const namedChain = async (db: Db, chainId: string): Promise<Chain> => {
  const chain = (await findChains(db, [chainId])).get(chainId);
  if (chain) return chain;
  throw fault('chain_id', `there is no chain ${chainId}`);
};

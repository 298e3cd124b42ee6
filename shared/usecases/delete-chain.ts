import { lockChain, presentChain, softDeleteChain, usesOfChain } from '#shared/adapters/db/chain-records.ts';
import type { Db } from '#shared/adapters/db/client.ts';
import type { IfMatch } from './context.ts';
import { refuseCounted } from './refuse-counted.ts';

/** @throws ChainError; ConflictError while anything is on the chain; PreconditionFailed */
export const deleteChain = async (db: Db, name: string, ifMatch: IfMatch): Promise<void> => {
  const chain = await lockChain(db, name);
  ifMatch(presentChain(chain));
  refuseCounted(await usesOfChain(db, chain.id), 'This chain is in use and stays');
  await softDeleteChain(db, chain.id);
};

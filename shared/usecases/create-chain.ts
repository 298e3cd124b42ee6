import {
  type ChainFields,
  findNamesake,
  insertChain,
  lockChainNames,
  presentChain,
} from '#shared/adapters/db/chain-records.ts';
import type { Chain } from '#shared/adapters/db/chains.ts';
import type { Db } from '#shared/adapters/db/client.ts';
import { AppError } from '#shared/errors.ts';

/**
 * Names of chains share one space, for callers may use either an id or a short name.
 *
 * @throws ConflictError when another chain goes by one of these names
 */
export const refuseNamesakes = async (db: Db, names: readonly string[], besides?: bigint): Promise<void> => {
  await lockChainNames(db);
  const other = await findNamesake(db, names, besides);
  if (!other) return;
  throw new AppError(
    'ConflictError',
    `${other.name} is chain ${other.publicId} and called ${other.shortName} already: choose another name`,
  );
};

/** @throws ConflictError when another chain goes by its id or its short name */
export const createChain = async (db: Db, chain: ChainFields & { chain_id: string; kind: Chain['kind'] }) => {
  await refuseNamesakes(db, [chain.chain_id, chain.short_name]);
  return presentChain(await insertChain(db, chain));
};

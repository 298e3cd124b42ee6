import { type ChainFields, lockChain, presentChain, updateChain } from '#shared/adapters/db/chain-records.ts';
import type { Db } from '#shared/adapters/db/client.ts';
import { changed } from './changed.ts';
import type { IfMatch } from './context.ts';
import { refuseNamesakes } from './create-chain.ts';

/** @throws ChainError; ConflictError when another chain has its new short name; PreconditionFailed */
export const changeChain = async (
  db: Db,
  name: string,
  changes: { [K in keyof ChainFields]?: ChainFields[K] | undefined },
  ifMatch: IfMatch,
) => {
  const chain = await lockChain(db, name);
  const current = presentChain(chain);
  ifMatch(current);
  const fields = changed<ChainFields>(current, changes);
  if (fields.short_name !== current.short_name) await refuseNamesakes(db, [fields.short_name], chain.id);
  return presentChain(await updateChain(db, chain.id, fields));
};

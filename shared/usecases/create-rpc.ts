import { canonicalRpcUrl } from '#shared/adapters/chains/rpc-url.ts';
import type { Db } from '#shared/adapters/db/client.ts';
import { insertRpc, presentRpc, type RpcFields, requireRpc } from '#shared/adapters/db/rpcs.ts';
import { AppError } from '#shared/errors.ts';
import { namedChain } from './named-chain.ts';

/** The chain has an endpoint of this URL. The URL may hold a key, so the message does not repeat it. */
export const urlTaken = () =>
  new AppError('ConflictError', 'This chain has an RPC endpoint of this URL already');

/** @throws BadRequestException for a URL that must not be called; ConflictError when the chain has it already */
export const createRpc = async (db: Db, { chain_id, ...fields }: RpcFields & { chain_id: string }) => {
  const chain = await namedChain(db, chain_id);
  const uuid = await insertRpc(db, chain.id, { ...fields, url: canonicalRpcUrl(fields.url) });
  if (!uuid) throw urlTaken();
  return presentRpc(await requireRpc(db, uuid));
};

import { canonicalRpcUrl } from '#shared/adapters/chains/rpc-url.ts';
import type { Db } from '#shared/adapters/db/client.ts';
import { lockRpc, presentRpc, type RpcFields, requireRpc, updateRpc } from '#shared/adapters/db/rpcs.ts';
import { changed } from './changed.ts';
import type { IfMatch } from './context.ts';
import { urlTaken } from './create-rpc.ts';

/** @throws RpcError; BadRequestException, ConflictError for a URL as when it is added; PreconditionFailed */
export const changeRpc = async (
  db: Db,
  uuid: string,
  changes: { [K in keyof RpcFields]?: RpcFields[K] | undefined },
  ifMatch: IfMatch,
) => {
  const record = await lockRpc(db, uuid);
  const current = presentRpc(record);
  ifMatch(current);
  const fields = changed<RpcFields>(current, changes);
  if (!(await updateRpc(db, record.rpc, { ...fields, url: canonicalRpcUrl(fields.url) }))) throw urlTaken();
  return presentRpc(await requireRpc(db, uuid));
};

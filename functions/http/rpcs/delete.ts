import { lockRpc, presentRpc, softDeleteRpc } from '#shared/adapters/db/rpcs.ts';
import { deleteRpc } from '#shared/contract/rpcs.ts';
import { http } from '#shared/lambda/http.ts';

export const handler = http(deleteRpc, async ({ db, params, ifMatch }) => {
  const record = await lockRpc(db, params.rpc_uuid);
  ifMatch(presentRpc(record));
  await softDeleteRpc(db, record.rpc.id);
});

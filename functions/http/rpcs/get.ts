import { presentRpc, requireRpc } from '#shared/adapters/db/rpcs.ts';
import { getRpc } from '#shared/contract/rpcs.ts';
import { http } from '#shared/lambda/http.ts';

export const handler = http(getRpc, async ({ db, params }) =>
  presentRpc(await requireRpc(db, params.rpc_uuid)),
);

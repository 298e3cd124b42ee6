import { changeRpc as endpoint } from '#shared/contract/rpcs.ts';
import { http } from '#shared/lambda/http.ts';
import { changeRpc } from '#shared/usecases/change-rpc.ts';

export const handler = http(endpoint, ({ db, params, body, ifMatch }) =>
  changeRpc(db, params.rpc_uuid, body, ifMatch),
);

import { createRpc as endpoint } from '#shared/contract/rpcs.ts';
import { http } from '#shared/lambda/http.ts';
import { createRpc } from '#shared/usecases/create-rpc.ts';

export const handler = http(endpoint, ({ db, body }) => createRpc(db, body));

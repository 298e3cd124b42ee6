import { deleteChain as endpoint } from '#shared/contract/chains.ts';
import { http } from '#shared/lambda/http.ts';
import { deleteChain } from '#shared/usecases/delete-chain.ts';

export const handler = http(endpoint, ({ db, params, ifMatch }) => deleteChain(db, params.chain_id, ifMatch));

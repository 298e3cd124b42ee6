import { changeChain as endpoint } from '#shared/contract/chains.ts';
import { http } from '#shared/lambda/http.ts';
import { changeChain } from '#shared/usecases/change-chain.ts';

export const handler = http(endpoint, ({ db, params, body, ifMatch }) =>
  changeChain(db, params.chain_id, body, ifMatch),
);

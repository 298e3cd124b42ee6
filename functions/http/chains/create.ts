import { createChain as endpoint } from '#shared/contract/chains.ts';
import { http } from '#shared/lambda/http.ts';
import { createChain } from '#shared/usecases/create-chain.ts';

export const handler = http(endpoint, ({ db, body }) => createChain(db, body));

import { presentChain, requireChain } from '#shared/adapters/db/chain-records.ts';
import { getChain } from '#shared/contract/chains.ts';
import { http } from '#shared/lambda/http.ts';

export const handler = http(getChain, async ({ db, params }) =>
  presentChain(await requireChain(db, params.chain_id)),
);

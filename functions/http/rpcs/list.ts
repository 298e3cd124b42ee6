import { pageRpcs } from '#shared/adapters/db/rpcs.ts';
import { listRpcs } from '#shared/contract/rpcs.ts';
import { http } from '#shared/lambda/http.ts';
import { namedChain } from '#shared/usecases/named-chain.ts';

export const handler = http(listRpcs, async ({ db, query: { chain_id, ...page } }) => {
  const chain = chain_id === undefined ? undefined : await namedChain(db, chain_id);
  return pageRpcs(db, { ...page, chainId: chain?.id });
});

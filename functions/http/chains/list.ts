import { pageChains } from '#shared/adapters/db/chain-records.ts';
import { listChains } from '#shared/contract/chains.ts';
import { http } from '#shared/lambda/http.ts';

export const handler = http(listChains, ({ db, query }) => pageChains(db, query));

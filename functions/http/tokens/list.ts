import { listTokens } from '#shared/contract/tokens.ts';
import { http } from '#shared/lambda/http.ts';
import { searchTokens } from '#shared/usecases/search-tokens.ts';

export const handler = http(listTokens, ({ db, query }) => searchTokens(db, query));

import { presentToken, requireToken } from '#shared/adapters/db/token-records.ts';
import { getToken } from '#shared/contract/tokens.ts';
import { http } from '#shared/lambda/http.ts';

export const handler = http(getToken, async ({ db, params }) =>
  presentToken(await requireToken(db, params.token_uuid)),
);

import { deleteToken as endpoint } from '#shared/contract/tokens.ts';
import { http } from '#shared/lambda/http.ts';
import { deleteToken } from '#shared/usecases/delete-token.ts';

export const handler = http(endpoint, ({ db, params, ifMatch }) =>
  deleteToken(db, params.token_uuid, ifMatch),
);

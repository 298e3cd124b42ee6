import { changeToken as endpoint } from '#shared/contract/tokens.ts';
import { http } from '#shared/lambda/http.ts';
import { changeToken } from '#shared/usecases/change-token.ts';

export const handler = http(endpoint, ({ db, params, body, ifMatch }) =>
  changeToken(db, params.token_uuid, body, ifMatch),
);

import { createToken as endpoint } from '#shared/contract/tokens.ts';
import { http } from '#shared/lambda/http.ts';
import { createToken } from '#shared/usecases/create-token.ts';

export const handler = http(endpoint, ({ db, body }) => createToken(db, body));

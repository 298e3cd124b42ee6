import { signUp as endpoint } from '#shared/contract/auth.ts';
import { http } from '#shared/lambda/http.ts';
import { signUp } from '#shared/usecases/sign-up.ts';

export const handler = http(endpoint, ({ db, body }) => signUp(db, body));

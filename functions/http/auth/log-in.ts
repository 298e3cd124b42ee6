import { logIn as endpoint } from '#shared/contract/auth.ts';
import { http } from '#shared/lambda/http.ts';
import { logIn } from '#shared/usecases/log-in.ts';

export const handler = http(endpoint, ({ db, body, address, now }) =>
  logIn(db, { name: body.username ?? body.email ?? '', password: body.password, address }, now),
);

import { refreshToken } from '#shared/contract/auth.ts';
import { http } from '#shared/lambda/http.ts';
import { refreshSession } from '#shared/usecases/refresh-session.ts';

export const handler = http(refreshToken, ({ db, body, now }) => refreshSession(db, body.refresh_token, now));

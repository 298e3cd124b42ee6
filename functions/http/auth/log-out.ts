import { revokeSession } from '#shared/adapters/db/sessions.ts';
import { logOut } from '#shared/contract/auth.ts';
import { http } from '#shared/lambda/http.ts';

export const handler = http(logOut, ({ db, caller }) => revokeSession(db, caller.sessionUuid));

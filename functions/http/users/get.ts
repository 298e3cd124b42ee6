import { presentUser, requireSelf } from '#shared/adapters/db/users.ts';
import { getUser } from '#shared/contract/users.ts';
import { http } from '#shared/lambda/http.ts';

export const handler = http(getUser, async ({ db, caller, params }) =>
  presentUser(await requireSelf(db, caller.userId, params.username)),
);

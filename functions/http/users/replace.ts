import { requireSelf } from '#shared/adapters/db/users.ts';
import { replaceUser as endpoint } from '#shared/contract/users.ts';
import { http } from '#shared/lambda/http.ts';
import { changeUser } from '#shared/usecases/change-user.ts';

export const handler = http(endpoint, async ({ db, caller, params, body, ifMatch }) => {
  await requireSelf(db, caller.userId, params.username);
  return changeUser(db, caller.userId, body, ifMatch);
});

import { requireSelf } from '#shared/adapters/db/users.ts';
import { deleteUser as endpoint } from '#shared/contract/users.ts';
import { http } from '#shared/lambda/http.ts';
import { deleteUser } from '#shared/usecases/delete-user.ts';

export const handler = http(endpoint, async ({ db, caller, params, ifMatch }) => {
  await requireSelf(db, caller.userId, params.username);
  return deleteUser(db, caller.userId, ifMatch);
});

import { lockManagedUser, presentManagedUser } from '#shared/adapters/db/managed-users.ts';
import { removeUser } from '#shared/contract/user-management.ts';
import { http } from '#shared/lambda/http.ts';
import { deleteUser } from '#shared/usecases/delete-user.ts';

export const handler = http(removeUser, async ({ db, params, ifMatch }) => {
  const user = await lockManagedUser(db, params.user_uuid);
  return deleteUser(db, user.id, () => ifMatch(presentManagedUser(user)));
});

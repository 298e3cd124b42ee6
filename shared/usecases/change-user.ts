import type { Db } from '#shared/adapters/db/client.ts';
import { lockUser, presentUser, updateUser } from '#shared/adapters/db/users.ts';
import { badRequest } from '#shared/errors.ts';
import type { IfMatch } from './context.ts';

/** @throws BadRequestException when the username or the e-mail address is taken; PreconditionFailed */
export const changeUser = async (
  db: Db,
  userId: bigint,
  changes: { username?: string | undefined; email?: string | undefined },
  ifMatch: IfMatch,
) => {
  const current = presentUser(await lockUser(db, userId));
  ifMatch(current);
  const changed = await updateUser(db, userId, {
    username: changes.username ?? current.username,
    email: changes.email ?? current.email,
  });
  if (!changed) throw badRequest('This username or e-mail address is taken: choose another');
  return presentUser(changed);
};

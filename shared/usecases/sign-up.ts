import type { Db } from '#shared/adapters/db/client.ts';
import { insertUser, presentUser } from '#shared/adapters/db/users.ts';
import { hashPassword } from '#shared/adapters/passwords/hash.ts';
import { requireUncommon } from '#shared/adapters/passwords/strength.ts';
import { badRequest } from '#shared/errors.ts';

/** @throws BadRequestException when the username or the e-mail address is taken, or the password is a common one. */
export const signUp = async (
  db: Db,
  { username, email, password }: { username: string; email: string; password: string },
) => {
  requireUncommon('password', password, [username, email]);
  const created = await insertUser(db, { username, email, passwordHash: await hashPassword(password) });
  if (!created) throw badRequest('This username or e-mail address is taken: choose another, or log in');
  return presentUser(created);
};

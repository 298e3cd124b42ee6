import type { Db } from '#shared/adapters/db/client.ts';
import { revokeSessions } from '#shared/adapters/db/sessions.ts';
import { findPasswordHash, lockUser, setPasswordHash } from '#shared/adapters/db/users.ts';
import { hashPassword, verifyPassword } from '#shared/adapters/passwords/hash.ts';
import { requireUncommon } from '#shared/adapters/passwords/strength.ts';
import { fault } from '#shared/errors.ts';
import type { Caller } from './context.ts';
import { guarded } from './guard-sign-in.ts';

interface Passwords {
  current_password: string;
  new_password: string;
  address: string;
}

/**
 * Changes a user's password, who must know the old one, and ends every session: whoever knew it is out.
 *
 * @throws BadRequestException for a wrong current password or a common new one; RateLimitError after too many of them
 */
export const changePassword = async (
  db: Db,
  { userId, userUuid }: Caller,
  { current_password, new_password, address }: Passwords,
): Promise<void> => {
  const right = await guarded({ account: userUuid, address }, async () =>
    (await verifyPassword(await findPasswordHash(db, userId), current_password)) ? true : undefined,
  );
  if (!right) throw fault('current_password', 'is not your password');
  if (new_password === current_password) throw fault('new_password', 'expected another than the current one');
  const { username, email } = await lockUser(db, userId);
  requireUncommon('new_password', new_password, [username, email]);
  await setPasswordHash(db, userId, await hashPassword(new_password));
  await revokeSessions(db, userId);
};

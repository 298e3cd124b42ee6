import type { Db } from '#shared/adapters/db/client.ts';
import { findCredentials, setPasswordHash } from '#shared/adapters/db/users.ts';
import { hashPassword, isOutdated, verifyPassword } from '#shared/adapters/passwords.ts';
import { accessTokenSeconds, issueAccessToken } from '#shared/adapters/tokens/issue.ts';
import { badRequest } from '#shared/errors.ts';

/**
 * Exchanges a username or e-mail address and a password for an access token. An unknown name and a wrong password are
 * the same answer, in the same time.
 */
export const logIn = async (db: Db, { name, password }: { name: string; password: string }, now: Date) => {
  const user = await findCredentials(db, name);
  const matches = await verifyPassword(user?.passwordHash, password);
  if (!user || !matches) throw badRequest('Wrong username or password');
  if (user.passwordHash && isOutdated(user.passwordHash)) {
    await setPasswordHash(db, user.id, await hashPassword(password));
  }
  return {
    access_token: await issueAccessToken(user.uuid, now),
    token_type: 'bearer' as const,
    expires_in: accessTokenSeconds,
  };
};

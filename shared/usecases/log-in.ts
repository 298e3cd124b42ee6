import type { Db } from '#shared/adapters/db/client.ts';
import { insertSession } from '#shared/adapters/db/sessions.ts';
import { findCredentials, setPasswordHash } from '#shared/adapters/db/users.ts';
import { hashPassword, isOutdated, verifyPassword } from '#shared/adapters/passwords/hash.ts';
import { badRequest } from '#shared/errors.ts';
import { guarded } from './guard-sign-in.ts';
import { issueTokens } from './session-tokens.ts';

interface Attempt {
  name: string;
  password: string;
  /** Where it comes from. */
  address: string;
}

/**
 * Exchanges a username or e-mail address and a password for the tokens of a new session. An unknown name and a wrong
 * password are the same answer, in the same time.
 *
 * @throws RateLimitError after too many failures; ServiceUnavailable while failures cannot be counted
 */
export const logIn = async (db: Db, { name, password, address }: Attempt, now: Date) => {
  const user = await guarded({ account: name, address }, async () => {
    const found = await findCredentials(db, name);
    const matches = await verifyPassword(found?.passwordHash, password);
    return matches ? found : undefined;
  });
  if (!user) throw badRequest('Wrong username or password');
  if (user.passwordHash && isOutdated(user.passwordHash)) {
    await setPasswordHash(db, user.id, await hashPassword(password));
  }
  const session = await insertSession(db, user.id, now);
  return issueTokens(db, { ...session, userUuid: user.uuid }, now);
};

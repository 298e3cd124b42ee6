/** Sessions and their refresh tokens. A refresh token is looked up by its digest and serves once. */
import { createHash, randomBytes } from 'node:crypto';
import { and, eq, isNull, sql } from 'drizzle-orm';
import { type Db, rowsOf } from './client.ts';
import { refreshTokens, sessions } from './schema/sessions.ts';
import { users } from './schema/users.ts';

/** Lifetime of a session that is not refreshed, in seconds. */
export const sessionSeconds = 30 * 86_400;

const digestOf = (token: string): string => createHash('sha256').update(token).digest('hex');

const endOf = (now: Date): Date => new Date(now.getTime() + sessionSeconds * 1000);

/** The user of an open session; undefined once either is gone. */
export const findSession = async (
  db: Db,
  { userUuid, sessionUuid }: { userUuid: string; sessionUuid: string },
  now: Date,
) => {
  const [found] = await db
    .select({ userId: users.id, userUuid: users.uuid, sessionUuid: sessions.uuid })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(
      and(
        eq(sessions.uuid, sessionUuid),
        eq(users.uuid, userUuid),
        isNull(sessions.revokedAt),
        sql`${sessions.expiresAt} > ${now.toISOString()}`,
        eq(users.isDeleted, false),
      ),
    );
  return found;
};

/** Opens a session; gives its id and uuid. */
export const insertSession = async (db: Db, userId: bigint, now: Date) => {
  const [created] = await db
    .insert(sessions)
    .values({ userId, expiresAt: endOf(now), createdBy: userId })
    .returning({ id: sessions.id, uuid: sessions.uuid });
  if (!created) throw new Error('INSERT returned no row');
  return created;
};

/** Makes the next refresh token of a session: 256 bits of chance, of which only the digest stays here. */
export const insertRefreshToken = async (db: Db, sessionId: bigint): Promise<string> => {
  const token = randomBytes(32).toString('base64url');
  await db.insert(refreshTokens).values({ sessionId, tokenDigest: digestOf(token) });
  return token;
};

interface UsedToken extends Record<string, unknown> {
  session_id: string;
  reused: boolean;
}

/** Uses up a refresh token, and tells whether it had been used before; undefined for one that nobody was given. */
export const useRefreshToken = async (db: Db, token: string, now: Date) => {
  // The lock makes a second use, at the same moment, see the first.
  const [found] = await rowsOf<UsedToken>(
    db,
    sql`WITH found AS (
          SELECT id, session_id, used_at FROM refresh_tokens WHERE token_digest = ${digestOf(token)} FOR UPDATE)
        UPDATE refresh_tokens SET used_at = coalesce(refresh_tokens.used_at, ${now.toISOString()}), updated_at = now()
        FROM found WHERE refresh_tokens.id = found.id
        RETURNING found.session_id, found.used_at IS NOT NULL AS reused`,
  );
  return found && { sessionId: BigInt(found.session_id), reused: found.reused };
};

/** Prolongs an open session; gives it with its user, or undefined once either is gone. */
export const prolongSession = async (db: Db, id: bigint, now: Date) => {
  const [prolonged] = await db
    .update(sessions)
    .set({ expiresAt: endOf(now), updatedAt: now })
    .from(users)
    .where(
      and(
        eq(sessions.id, id),
        isNull(sessions.revokedAt),
        sql`${sessions.expiresAt} > ${now.toISOString()}`,
        eq(users.id, sessions.userId),
        eq(users.isDeleted, false),
      ),
    )
    .returning({ uuid: sessions.uuid, userUuid: users.uuid });
  return prolonged;
};

/** Ends the sessions that a condition names. */
const revoke = async (db: Db, which: ReturnType<typeof eq>): Promise<void> => {
  await db
    .update(sessions)
    .set({ revokedAt: sql`now()`, updatedAt: sql`now()` })
    .where(and(which, isNull(sessions.revokedAt)));
};

export const revokeSession = (db: Db, uuid: string) => revoke(db, eq(sessions.uuid, uuid));

export const revokeSessionById = (db: Db, id: bigint) => revoke(db, eq(sessions.id, id));

/** Ends every session of a user: whoever holds one of their tokens is out. */
export const revokeSessions = (db: Db, userId: bigint) => revoke(db, eq(sessions.userId, userId));

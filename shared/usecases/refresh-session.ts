import type { Db } from '#shared/adapters/db/client.ts';
import { prolongSession, revokeSessionById, useRefreshToken } from '#shared/adapters/db/sessions.ts';
import { AppError } from '#shared/errors.ts';
import { issueTokens } from './session-tokens.ts';

const refused = (message: string) => new AppError('AuthenticationError', message);

/**
 * Exchanges a refresh token for new tokens of its session. A token that comes a second time was stolen, from its owner or
 * by now from the thief: the session ends for both (RFC 9700, 4.14.2).
 *
 * @returns the tokens, or a refusal, which is returned because the end of the session must stand
 */
export const refreshSession = async (db: Db, refreshToken: string, now: Date) => {
  const used = await useRefreshToken(db, refreshToken, now);
  if (!used) return refused('The refresh token is not valid: log in again');
  if (used.reused) {
    await revokeSessionById(db, used.sessionId);
    return refused('The refresh token was used before, so its session has been ended: log in again');
  }
  const session = await prolongSession(db, used.sessionId, now);
  if (!session) return refused('This session has ended: log in again');
  return issueTokens(db, { ...session, id: used.sessionId }, now);
};

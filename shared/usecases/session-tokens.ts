import type { Db } from '#shared/adapters/db/client.ts';
import { insertRefreshToken, sessionSeconds } from '#shared/adapters/db/sessions.ts';
import { accessTokenSeconds, issueAccessToken } from '#shared/adapters/tokens/issue.ts';

interface Session {
  id: bigint;
  uuid: string;
  userUuid: string;
}

/** The tokens of an open session, as the API gives them: an access token, and the refresh token for the next. */
export const issueTokens = async (db: Db, { id, uuid, userUuid }: Session, now: Date) => ({
  access_token: await issueAccessToken({ userUuid, sessionUuid: uuid }, now),
  token_type: 'bearer' as const,
  expires_in: accessTokenSeconds,
  refresh_token: await insertRefreshToken(db, id),
  refresh_expires_in: sessionSeconds,
});

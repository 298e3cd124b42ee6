import { createLocalJWKSet, errors, type JSONWebKeySet, jwtVerify } from 'jose';
import { readSecret } from '#shared/adapters/secrets.ts';
import { Uuid } from '#shared/contract/fields.ts';
import { AppError } from '#shared/errors.ts';
import { algorithm, audience, issuer, tokenType } from './claims.ts';

const unauthenticated = (message: string) => new AppError('AuthenticationError', message);

/** Whom an access token is of, and from which of their log-ins. */
export interface Bearer {
  userUuid: string;
  sessionUuid: string;
}

/**
 * The user and the session behind an `Authorization` header.
 *
 * @throws AuthenticationError when the header is missing, or the token is malformed, expired or not ours
 */
export const verifyAccessToken = async (header: string | undefined, now: Date): Promise<Bearer> => {
  const token = /^Bearer +(\S+)$/i.exec(header ?? '')?.[1];
  if (!token) throw unauthenticated('Send the access token of POST /log-in as "Authorization: Bearer …"');
  const keys = await readSecret<JSONWebKeySet>('jwt-public');
  const lookUp = createLocalJWKSet(keys);
  try {
    const { payload } = await jwtVerify(
      token,
      (header, input) => {
        // Without a kid the only key would be taken; a token must say which key signed it.
        if (typeof header.kid !== 'string') throw new errors.JWTInvalid('kid is missing');
        return lookUp(header, input);
      },
      {
        algorithms: [algorithm],
        issuer,
        audience,
        typ: tokenType,
        requiredClaims: ['exp', 'sub', 'sid', 'jti'],
        currentDate: now,
      },
    );
    // Whatever is not a uuid can be nobody's, and the database would not take it for one.
    const [userUuid, sessionUuid] = [Uuid.safeParse(payload.sub), Uuid.safeParse(payload.sid)];
    if (!userUuid.success || !sessionUuid.success) throw new errors.JWTInvalid('sub or sid is not a uuid');
    return { userUuid: userUuid.data, sessionUuid: sessionUuid.data };
  } catch (error) {
    if (error instanceof errors.JWTExpired)
      throw unauthenticated('The access token has expired: log in again');
    if (error instanceof errors.JOSEError)
      throw unauthenticated('The access token is not valid: log in again');
    throw error;
  }
};

import { importJWK, type JWK, SignJWT } from 'jose';
import { readSecret } from '#shared/adapters/secrets.ts';
import { algorithm, audience, issuer, tokenType } from './claims.ts';

/** Lifetime of an access token, in seconds. */
export const accessTokenSeconds = 1_800;

/** Signs an access token (RFC 9068) of a user's session. Only roles that may read `jwt-signing` can. */
export const issueAccessToken = async (
  { userUuid, sessionUuid }: { userUuid: string; sessionUuid: string },
  now: Date,
): Promise<string> => {
  const { kid, private_jwk } = await readSecret<{ kid: string; private_jwk: JWK }>('jwt-signing');
  const issuedAt = Math.floor(now.getTime() / 1000);
  return new SignJWT({ sid: sessionUuid })
    .setProtectedHeader({ alg: algorithm, kid, typ: tokenType })
    .setSubject(userUuid)
    .setIssuer(issuer)
    .setAudience(audience)
    .setJti(crypto.randomUUID())
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + accessTokenSeconds)
    .sign(await importJWK(private_jwk, algorithm));
};

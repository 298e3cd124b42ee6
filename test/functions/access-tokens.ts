import { createHmac, randomUUID } from 'node:crypto';
import { decodeJwt, exportJWK, generateKeyPair, importJWK, SignJWT } from 'jose';
import type { TestUser } from '../support/api.ts';
import { claimsOf, signingKey } from '../support/signed-in.ts';

interface Changes {
  header?: Record<string, unknown>;
  claims?: Record<string, unknown>;
  key?: Parameters<SignJWT['sign']>[0];
}

const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Bearer tokens for a user, each wrong in one way; `valid` is made alike and wrong in none. */
export const forge = async ({ uuid: userUuid, token }: TestUser): Promise<Record<string, string>> => {
  const { kid, private_jwk } = await signingKey();
  const ours = await importJWK(private_jwk, 'EdDSA');
  const { header, claims } = claimsOf({ kid }, { user: userUuid, session: String(decodeJwt(token).sid) });
  const sign = (changes: Changes = {}) =>
    new SignJWT({ ...claims, ...changes.claims })
      .setProtectedHeader({ ...header, ...changes.header })
      .sign(changes.key ?? ours);
  const stranger = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const strangersJwk = await exportJWK(stranger.publicKey);
  const valid = await sign();
  const [head = '', payload = '', signature = ''] = valid.split('.');
  const publicKey = Buffer.from(String(private_jwk.x), 'base64url');
  const confused = `${base64({ ...header, alg: 'HS256' })}.${payload}`;
  return {
    valid,
    'without a token': '',
    'that is no token': 'abc',
    'that has expired': await sign({ claims: { iat: claims.iat - 3_600, exp: claims.iat - 1 } }),
    'that never expires': await sign({ claims: { exp: undefined } }),
    'without a subject': await sign({ claims: { sub: undefined } }),
    'of a subject that is no uuid': await sign({ claims: { sub: "' OR true --" } }),
    'without a session': await sign({ claims: { sid: undefined } }),
    'of a session that is no uuid': await sign({ claims: { sid: '1' } }),
    'of a session that does not exist': await sign({ claims: { sid: randomUUID() } }),
    'of another issuer': await sign({ claims: { iss: 'elsewhere' } }),
    'for another audience': await sign({ claims: { aud: 'elsewhere' } }),
    'with another payload': `${head}.${base64({ ...claims, sub: randomUUID() })}.${signature}`,
    'with another signature': `${head}.${payload}.${Buffer.alloc(64, 7).toString('base64url')}`,
    'without a signature': `${head}.${payload}.`,
    'of the algorithm none': `${base64({ ...header, alg: 'none' })}.${payload}.`,
    'signed with the public key as a password': `${confused}.${createHmac('sha256', publicKey).update(confused).digest('base64url')}`,
    'without a kid': await sign({ header: { kid: undefined } }),
    'with a kid we do not have': await sign({ header: { kid: 'other' } }),
    'with the kid __proto__': await sign({ header: { kid: '__proto__' } }),
    'of another type': await sign({ header: { typ: 'JWT' } }),
    'without a type': await sign({ header: { typ: undefined } }),
    'signed by a stranger': await sign({ key: stranger.privateKey }),
    'that brings its own key': await sign({ key: stranger.privateKey, header: { jwk: strangersJwk } }),
    'of a user who does not exist': await sign({ claims: { sub: randomUUID() } }),
  };
};

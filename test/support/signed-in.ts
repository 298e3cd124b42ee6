/** Whoever is signed in, as sign-up and log-in leave them, without their two password hashes: those are slow on purpose. */
import { randomUUID } from 'node:crypto';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { importJWK, type JWK, SignJWT } from 'jose';
import { hashPassword } from '#shared/adapters/passwords/hash.ts';
import { sql } from '../functions/database.ts';
import type { TestUser } from './api.ts';
import { thePlatform } from './the-platform.ts';

/** The key that log-in signs with, read as only its role may. */
export const signingKey = async (): Promise<{ kid: string; private_jwk: JWK }> => {
  const client = new SecretsManagerClient({
    endpoint: thePlatform().secretsManagerEndpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local-auth', secretAccessKey: 'local' },
  });
  const { SecretString = '' } = await client.send(
    new GetSecretValueCommand({ SecretId: 'bagtracker/jwt-signing' }),
  );
  client.destroy();
  return JSON.parse(SecretString);
};

/** What a token of ours says, in its header and of whose session it is. */
export const claimsOf = ({ kid }: { kid: string }, { user, session }: { user: string; session: string }) => {
  const now = Math.floor(Date.now() / 1000);
  return {
    header: { alg: 'EdDSA', kid, typ: 'at+jwt' },
    claims: {
      ...{ sub: user, sid: session, iss: 'bagtracker', aud: 'bagtracker-api' },
      ...{ iat: now, exp: now + 1_800, jti: randomUUID() },
    },
  };
};

const password = 'correct horse battery';

/** What every account has in common: a hash of the one password, and the key of the platform. */
const common = async () => ({ hash: await hashPassword(password), key: await signingKey() });
let prepared: ReturnType<typeof common> | undefined;

/** A new user with a session. */
export const newUser = async (): Promise<TestUser> => {
  prepared ??= common();
  const { hash, key } = await prepared;
  const username = `u${randomUUID().replaceAll('-', '').slice(0, 20)}`;
  const email = `${username}@example.org`;
  const [made] = await sql<{ user: string; session: string }>(
    `WITH made AS (INSERT INTO users (username, email, password_hash) VALUES ($1, $2, $3) RETURNING id, uuid),
       opened AS (INSERT INTO sessions (user_id, expires_at, created_by)
         SELECT id, now() + interval '30 days', id FROM made RETURNING uuid)
     SELECT made.uuid AS user, opened.uuid AS session FROM made, opened`,
    [username, email, hash],
  );
  if (!made) throw new Error('INSERT returned no row');
  const { header, claims } = claimsOf(key, made);
  const token = await new SignJWT(claims)
    .setProtectedHeader(header)
    .sign(await importJWK(key.private_jwk, 'EdDSA'));
  return { username, email, password, uuid: made.user, token };
};

// The secrets that the functions read, kept in Secrets Manager: made once, or brought up to date.
import { randomBytes } from 'node:crypto';
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import { type Role, roles, type SecretName } from '#shared/contract/roles.ts';
import type { RedisAccess } from './given-services.ts';
import type { Allow } from './servers/aws.ts';

export const secretId = (name: SecretName): string => `bagtracker/${name}`;

export const platformCaller = 'platform';

interface SigningSecret {
  kid: string;
  private_jwk: JWK;
}

/** Roles read the secrets they list, and nothing else; only the platform itself writes. */
export const allow: Allow = (accessKeyId, action, resource) => {
  if (accessKeyId === `local-${platformCaller}`) return true;
  const role = accessKeyId.replace(/^local-/, '');
  if (action !== 'secretsmanager:GetSecretValue' || !Object.hasOwn(roles, role)) return false;
  const name = resource.split(':secret:')[1]?.replace(/-[0-9A-Za-z]{6}$/, '');
  return roles[role as Role].secrets.some((secret) => secretId(secret) === name);
};

async function read<T>(client: SecretsManagerClient, name: SecretName): Promise<T | undefined> {
  try {
    const { SecretString = 'null' } = await client.send(
      new GetSecretValueCommand({ SecretId: secretId(name) }),
    );
    return JSON.parse(SecretString);
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

/** Writes only what differs: every version that is put counts against a limit. */
async function write<T>(client: SecretsManagerClient, name: SecretName, value: T): Promise<T> {
  const existing = await read(client, name);
  const SecretString = JSON.stringify(value);
  if (JSON.stringify(existing) === SecretString) return value;
  if (existing === undefined)
    await client.send(new CreateSecretCommand({ Name: secretId(name), SecretString }));
  else await client.send(new PutSecretValueCommand({ SecretId: secretId(name), SecretString }));
  return value;
}

async function newSigningSecret(): Promise<SigningSecret> {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const private_jwk = await exportJWK(privateKey);
  return { kid: await calculateJwkThumbprint(private_jwk), private_jwk };
}

const publicKeys = ({ kid, private_jwk: { kty, crv, x } }: SigningSecret) => ({
  keys: [{ kty, crv, x, kid, alg: 'EdDSA', use: 'sig' }],
});

/** Tokens that were issued stay valid over a restart, because their key does. */
async function ensureKeys(client: SecretsManagerClient): Promise<void> {
  const existing = await read<SigningSecret>(client, 'jwt-signing');
  const signing = existing ?? (await write(client, 'jwt-signing', await newSigningSecret()));
  await write(client, 'jwt-public', publicKeys(signing));
}

async function ensureAdminToken(client: SecretsManagerClient, given: string | undefined): Promise<string> {
  const existing = given ? undefined : await read<{ token: string }>(client, 'admin');
  const token = given || existing?.token || randomBytes(24).toString('base64url');
  await write(client, 'admin', { token });
  return token;
}

/** Keys of price sources. Without any in the environment, those that somebody put into the secret stay. */
export const priceKeysOf = ({ COINGECKO_DEMO_KEY, COINGECKO_PRO_KEY }: NodeJS.ProcessEnv) => ({
  ...(COINGECKO_DEMO_KEY && { coingecko_demo_key: COINGECKO_DEMO_KEY }),
  ...(COINGECKO_PRO_KEY && { coingecko_pro_key: COINGECKO_PRO_KEY }),
});

async function ensurePriceKeys(client: SecretsManagerClient, keys: object): Promise<void> {
  if (Object.keys(keys).length > 0 || !(await read(client, 'prices'))) await write(client, 'prices', keys);
}

export async function provisionSecrets(
  client: SecretsManagerClient,
  given: { databaseUrl: string; redis: RedisAccess; adminToken: string | undefined; priceKeys: object },
): Promise<{ adminToken: string }> {
  const { url, token } = given.redis;
  const [adminToken] = await Promise.all([
    ensureAdminToken(client, given.adminToken),
    ensureKeys(client),
    ensurePriceKeys(client, given.priceKeys),
    write(client, 'database', { url: given.databaseUrl }),
    write(client, 'redis', { url, token }),
  ]);
  return { adminToken };
}

import { type SecretName, secretVariable } from '#shared/contract/roles.ts';

/** Half an hour would outlive a rotation's overlap; a minute would cost a call a minute in every environment. */
const lifetimeMs = 15 * 60_000;

interface Cached {
  value: Promise<unknown>;
  staleAt: number;
}

const cache = new Map<SecretName, Cached>();

const fetchSecret = async (name: SecretName): Promise<unknown> => {
  const id = process.env[secretVariable(name)];
  if (!id) throw new Error(`${secretVariable(name)} is not set: this function's role may not read ${name}`);
  // Loaded at the first use: the client weighs as much as everything else in a function together.
  const { GetSecretValueCommand, SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
  const client = new SecretsManagerClient({});
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: id }));
  if (SecretString === undefined) throw new Error(`Secret ${id} holds no text`);
  return JSON.parse(SecretString);
};

/**
 * Reads a secret of this function's role, cached for 15 minutes, give or take a fifth so that environments do not all
 * refresh at once. When Secrets Manager fails, the last good value serves on.
 *
 * @throws when the role does not list the secret, or it was never read and cannot be.
 */
export const readSecret = async <T>(name: SecretName): Promise<T> => {
  const known = cache.get(name);
  if (known && Date.now() < known.staleAt) return known.value as Promise<T>;
  const fetched = fetchSecret(name).catch((error: unknown) => {
    if (known) return known.value;
    cache.delete(name);
    throw error;
  });
  cache.set(name, {
    value: fetched,
    staleAt: Date.now() + lifetimeMs * (0.8 + Math.random() * 0.4),
  });
  return fetched as Promise<T>;
};

// A database and a Redis that the environment names: do they answer?
import { Client } from 'pg';
import { SetupError } from './servers/processes.ts';

export interface RedisAccess {
  url: string;
  token: string;
}

const patienceMilliseconds = 5000;

const reasonOf = (error: unknown) => {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const message = cause instanceof Error ? cause.message : String(cause);
  return message || (cause instanceof Error && 'code' in cause ? String(cause.code) : 'no reason given');
};

function parseUrl(text: string, variable: string, example: string): URL {
  if (URL.canParse(text)) return new URL(text);
  throw new SetupError(`${variable} is not a URL: give one such as ${example}.`);
}

/** Names the server only: the rest of the URL may be secret. */
export async function givenDatabase(databaseUrl: string): Promise<string> {
  const { host } = parseUrl(databaseUrl, 'DATABASE_URL', 'postgres://user:password@host:5432/name');
  const client = new Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: patienceMilliseconds,
  });
  try {
    await client.connect();
  } catch (error) {
    throw new SetupError(`The database of DATABASE_URL (${host}) does not answer: ${reasonOf(error)}.`);
  } finally {
    await client.end().catch(() => undefined);
  }
  return databaseUrl;
}

export async function givenRedis(env: NodeJS.ProcessEnv): Promise<RedisAccess | undefined> {
  const { UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: token } = env;
  if (!url && !token) return undefined;
  if (!url || !token)
    throw new SetupError(
      `${url ? 'UPSTASH_REDIS_REST_TOKEN' : 'UPSTASH_REDIS_REST_URL'} is missing: give both variables, or neither.`,
    );
  const { host } = parseUrl(url, 'UPSTASH_REDIS_REST_URL', 'https://name.upstash.io');
  let status: number;
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify(['PING']),
      signal: AbortSignal.timeout(patienceMilliseconds),
    });
    status = response.status;
  } catch (error) {
    throw new SetupError(
      `The Redis of UPSTASH_REDIS_REST_URL (${host}) does not answer: ${reasonOf(error)}.`,
    );
  }
  if (status === 401) throw new SetupError(`The Redis at ${host} refuses UPSTASH_REDIS_REST_TOKEN.`);
  if (status !== 200)
    throw new SetupError(`The Redis of UPSTASH_REDIS_REST_URL (${host}) answers with status ${status}.`);
  return { url, token };
}

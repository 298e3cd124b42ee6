import type { Redis } from '@upstash/redis';
import { readSecret } from './secrets.ts';

let connected: Promise<Redis> | undefined;

const connect = async (): Promise<Redis> => {
  const { url, token } = await readSecret<{ url: string; token: string }>('redis');
  const { Redis: Client } = await import('@upstash/redis');
  return new Client({ url, token, enableTelemetry: false, retry: { retries: 1 } });
};

/** Redis over Upstash's REST protocol. */
export const redis = (): Promise<Redis> => {
  connected ??= connect().catch((error: unknown) => {
    connected = undefined;
    throw error;
  });
  return connected;
};

/**
 * Waits for Redis, but not long.
 *
 * @throws when it does not answer in time
 */
export const withPatience = async <T>(
  answered: Promise<T>,
  { patienceMs }: { patienceMs: number },
): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('Redis takes too long')), patienceMs);
  });
  return Promise.race([answered, late]).finally(() => clearTimeout(timer));
};

/**
 * Runs a script on Redis. It goes by its digest first, and whole where Redis does not know it yet.
 *
 * @throws when Redis does not answer in time: nobody should wait long for a counter
 */
export const runScript = async <T>(
  script: string,
  keys: readonly string[],
  args: readonly string[],
  patience: { patienceMs: number },
): Promise<T> => {
  const client = await redis();
  return withPatience(client.createScript<T>(script).exec([...keys], [...args]), patience);
};

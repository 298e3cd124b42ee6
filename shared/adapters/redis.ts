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

/** A whole platform of a test file's own, for what changes the settings or breaks a part. */
import { mkdtemp, rm } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll } from 'vitest';
import { startPlatform } from '../../scripts/local/platform.ts';
import type { Answer } from './api.ts';
import { createDatabase } from './database.ts';
import { reached, type TestPlatform } from './global-setup.ts';

const bundlesDir = resolve(import.meta.dirname, '../../dist/functions');

/** Room for the functions that one test uses, beside all those of the platform that is shared. */
const environments = { maxPerFunction: 4, maxTotal: 30 };

/** Starts it on a database of its own on the shared server, until the file's tests are over. */
export const ownPlatform = async (env: Record<string, string> = {}): Promise<TestPlatform> => {
  const home = await mkdtemp(join(tmpdir(), 'bagtracker-own-'));
  const { url, drop } = await createDatabase();
  const platform = await startPlatform({
    home,
    port: 0,
    log: () => undefined,
    schedules: false,
    bundlesDir,
    environments,
    env: { PATH: process.env.PATH, DATABASE_URL: url, LOG_LEVEL: 'info', PRICE_SOURCES: 'none', ...env },
  });
  afterAll(async () => {
    await platform.stop();
    await drop();
    await rm(home, { recursive: true, force: true });
  });
  return reached(platform, home);
};

interface Sent {
  token?: string | undefined;
  body?: unknown;
  headers?: Record<string, string>;
}

/** A client at an address of its own: the whole of 127.0.0.0/8 is this machine. */
export const clientAt =
  (url: string, localAddress = '127.0.0.1') =>
  (method: string, path: string, { token, body, headers = {} }: Sent = {}): Promise<Answer> =>
    new Promise((done, reject) => {
      const request = httpRequest(
        url + path,
        {
          method,
          localAddress,
          headers: {
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
            ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
            ...headers,
          },
        },
        async (response) => {
          let text = '';
          for await (const chunk of response) text += chunk;
          done({
            status: response.statusCode ?? 0,
            headers: new Headers(response.headers as Record<string, string>),
            body: text ? JSON.parse(text) : undefined,
          });
        },
      );
      request.on('error', reject);
      request.end(body === undefined ? undefined : JSON.stringify(body));
    });

export type Client = ReturnType<typeof clientAt>;

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { TestProject } from 'vitest/node';
import { build } from '../../scripts/build.ts';
import { type Platform, startPlatform } from '../../scripts/local/platform.ts';

/** What tests need to reach the one platform that all of them share. */
export interface TestPlatform {
  url: string;
  databaseUrl: string;
  adminToken: string;
  controlUrl: string;
  controlToken: string;
  sqsEndpoint: string;
  secretsManagerEndpoint: string;
  home: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    platform: TestPlatform;
  }
}

/** What of a platform tests get to know. */
export const reached = (
  { url, databaseUrl, adminToken, instance }: Platform,
  home: string,
): TestPlatform => ({
  url,
  databaseUrl,
  adminToken,
  controlUrl: instance.control_url,
  controlToken: instance.control_token,
  sqsEndpoint: instance.sqs_endpoint,
  secretsManagerEndpoint: instance.secrets_manager_endpoint,
  home,
});

/** Room for every function at once: starting one anew takes longer than most tests. Each holds a connection to the database. */
const environments = { maxPerFunction: 4, maxTotal: 150 };

const bundlesDir = resolve(import.meta.dirname, '../../dist/functions');

/**
 * Builds the functions and starts the whole platform once, in a folder of its own: tests keep apart by using users of
 * their own. Schedules do not fire by themselves; tests invoke them.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await build({ outDir: bundlesDir });
  const home = await mkdtemp(join(tmpdir(), 'bagtracker-test-'));
  const log = (line: string) => process.stderr.write(`${line}\n`);
  const env = {
    PATH: process.env.PATH,
    LOG_LEVEL: 'warn',
    RATE_LIMIT_FACTOR: '1000000',
    // Nothing is asked of the internet.
    PRICE_SOURCES: 'none',
  };
  const clear = () => rm(home, { recursive: true, force: true });
  const starting = startPlatform({ home, port: 0, log, schedules: false, bundlesDir, environments, env });
  const platform = await starting.catch(async (error: unknown) => {
    await clear();
    throw error;
  });
  project.provide('platform', reached(platform, home));
  return async () => {
    await platform.stop();
    await clear();
  };
}

import { defineConfig } from 'vitest/config';

/** Nothing is asked of the internet, and so no price is waited for. */
const env = { PRICE_SOURCES: 'none' };

const common = { testTimeout: 240_000, hookTimeout: 180_000, env };

/** What needs no running platform, and what shares one. */
const alone = [
  'test/{build,contract,domain,infra,platform,repository}/**/*.test.ts',
  'test/adapters/addresses.test.ts',
  'test/adapters/prices/*.test.ts',
];

/** What is only a client of the platform: its files follow each other in one process, which loads what they share once. */
const clients = ['test/functions/*/**/*.test.ts'];

export default defineConfig({
  test: {
    // Two cores and real servers: more files at once would only wait for each other.
    maxWorkers: 2,
    globalSetup: ['test/support/global-setup.ts'],
    projects: [
      { test: { ...common, name: 'alone', include: alone } },
      {
        test: {
          ...common,
          name: 'platform',
          include: ['test/{adapters,faults,functions,lambda,usecases}/**/*.test.ts'],
          exclude: [...alone, ...clients],
        },
      },
      { test: { ...common, name: 'clients', include: clients, isolate: false } },
    ],
  },
});

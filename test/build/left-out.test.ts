// What is left out of the bundles fails loudly, and what is beside it works.
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { cut, cutUnused } from '../../scripts/build/cuts.ts';
import { leaveOutUnused } from '../../scripts/build/unused.ts';

/** Bundles a few lines as a function's code is, and runs them. */
const run = async (contents: string): Promise<{ result: unknown }> => {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    plugins: [leaveOutUnused, cutUnused],
  });
  const code = Buffer.from(outputFiles[0]?.contents ?? []).toString('base64');
  return import(/* @vite-ignore */ `data:text/javascript;base64,${code}`);
};

const zod = "import * as z from 'zod';";
const dialect = "import { PgDialect } from 'drizzle-orm/pg-core';";
const binaryTypes = `
  import { createRequire } from 'node:module';
  import binary from 'pg-types/lib/binaryParsers.js';
  const parsers = new Map();
  binary.init((type, parse) => parsers.set(type, parse));`;

it.each([
  ['a format as a method', `${zod} z.string().email()`, 'Write z.email()'],
  ["drizzle's migrations", `${dialect} await new PgDialect().migrate()`, 'scripts/migrate.ts'],
  ['db.query', `${dialect} new PgDialect().buildRelationalQueryWithoutPK({})`, 'db.select'],
  ['a binary column', `${binaryTypes} parsers.get(20)(Buffer.alloc(8))`, 'binary columns'],
  [
    'channel binding',
    "import pg from 'pg/lib/crypto/cert-signatures.js'; pg.signatureAlgorithmHashFromCertificate()",
    'enableChannelBinding',
  ],
])('refuses %s', async (_, code, message) => {
  await expect(run(code)).rejects.toThrow(message);
});

it.each([
  ['a format', `${zod} export const result = z.email().safeParse('ada@example.com').success`],
  ['a pattern', `${zod} export const result = z.string().min(1).regex(/a/).safeParse('ada').success`],
  ['a caught failure', `${zod} export const result = z.string().catch('x').parse(1) === 'x'`],
  [
    'a refusal in words',
    `${zod} export const result = /expected string/.test(z.string().safeParse(1).error.message)`,
  ],
])('does %s', async (_, code) => {
  expect(await run(code)).toMatchObject({ result: true });
});

it('notices when a package no longer has what is to be cut', () => {
  expect(() => cut('nothing', { file: /package/, edits: [[/something/, '']] })).toThrow('look at it again');
});

/** The layers, what each may import, and the few packages that belong to one place only. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

const filesIn = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));

const sources = ['shared', 'functions', 'infra', 'scripts', 'test']
  .flatMap(filesIn)
  .filter((file) => /\.m?ts$/.test(file));

const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');

const imports =
  /^(?:import|export)\b[^'"=(]*?\bfrom\s+'([^']+)'|^import\s+'([^']+)'|\bimport\(\s*'([^']+)'/gm;

/** What a file imports, exports from or loads later, types too: packages by name, files from the root. */
const importsOf = (file: string): string[] =>
  [...textOf(file).matchAll(imports)].map(([, statement, effect, later]) => {
    const name = statement ?? effect ?? later ?? '';
    if (name.startsWith('#shared/')) return name.slice(1);
    return name.startsWith('.') ? join(dirname(file), name) : name;
  });

const layers = {
  'shared/contract': ['shared/contract'],
  'shared/domain': ['shared/domain'],
  'shared/adapters': [
    'shared/domain',
    'shared/adapters',
    'shared/contract',
    'shared/config.ts',
    'shared/errors.ts',
  ],
  'shared/usecases': [
    'shared/domain',
    'shared/adapters',
    'shared/usecases',
    'shared/contract',
    'shared/config.ts',
    'shared/errors.ts',
  ],
  'shared/lambda': [
    'shared/lambda',
    'shared/usecases',
    'shared/adapters',
    'shared/contract',
    'shared/config.ts',
    'shared/errors.ts',
  ],
  functions: [
    'shared/lambda',
    'shared/contract',
    'shared/usecases',
    'shared/adapters',
    'shared/config.ts',
    'shared/errors.ts',
  ],
  infra: ['infra', 'shared/contract'],
  'shared/config.ts': ['shared/contract'],
  'shared/errors.ts': ['shared/contract'],
} as const satisfies Record<string, readonly string[]>;

type Layer = keyof typeof layers;

const isIn = (file: string, place: string): boolean => file === place || file.startsWith(`${place}/`);
const layerOf = (file: string) => (Object.keys(layers) as Layer[]).find((layer) => isIn(file, layer));

const isOurs = (name: string): boolean => /^(shared|functions|infra|scripts|test|dist)\//.test(name);
const layered = sources.filter((file) => /^(shared|functions|infra)\//.test(file));

describe('the arrows between layers', () => {
  it('know every file of the product', () => {
    expect(layered.filter((file) => layerOf(file) === undefined)).toEqual([]);
    const folders = readdirSync(join(root, 'shared')).map((name) => `shared/${name}`);
    expect(folders.filter((place) => !(place in layers))).toEqual([]);
  });

  it.each(Object.keys(layers) as Layer[])('%s imports only what it may', (layer) => {
    const files = layered.filter((file) => layerOf(file) === layer);
    expect(files).not.toEqual([]);
    const strays = files.flatMap((file) =>
      importsOf(file)
        .filter((name) => isOurs(name) && !layers[layer].some((place) => isIn(name, place)))
        .map((name) => `${file} imports ${name}`),
    );
    expect(strays).toEqual([]);
  });

  it('lead from nowhere in the product to scripts or tests', () => {
    const strays = layered.filter((file) => importsOf(file).some((name) => /^(scripts|test)\//.test(name)));
    expect(strays).toEqual([]);
  });

  it('lead from no function to another', () => {
    const functions = sources.filter((file) => isIn(file, 'functions'));
    expect(functions.filter((file) => importsOf(file).some((name) => isIn(name, 'functions')))).toEqual([]);
  });
});

/** Files of the product that import a package, or a part of it. */
const importersOf = (name: string): string[] =>
  layered.filter((file) => importsOf(file).some((imported) => isIn(imported, name)));

const packagesOf = (place: string): string[] => {
  const files = layered.filter((file) => isIn(file, place));
  return [...new Set(files.flatMap(importsOf).filter((name) => !isOurs(name)))].sort();
};

describe('packages', () => {
  it('the contract knows zod, and nothing else', () => {
    expect(packagesOf('shared/contract')).toEqual(['zod']);
  });

  it('the domain is pure: decimal.js in one file, and nothing else', () => {
    expect(packagesOf('shared/domain')).toEqual(['decimal.js']);
    expect(importersOf('decimal.js')).toEqual(['shared/domain/big-decimal.ts']);
  });

  it('the domain has no clock, no chance, no environment and no floating point', () => {
    const impure =
      /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bprocess\.|\bfetch\(|\bconsole\.|\bparseFloat\b|\.toFixed\(\d/;
    const domain = layered.filter((file) => isIn(file, 'shared/domain'));
    expect(domain.filter((file) => impure.test(textOf(file)))).toEqual([]);
  });

  it.each([
    ['@middy/core', 'shared/lambda'],
    ['@middy/http-json-body-parser', 'shared/lambda'],
    ['drizzle-orm', 'shared/adapters'],
    ['pg', 'shared/adapters/db/client.ts'],
    ['jose', 'shared/adapters/tokens'],
    ['argon2', 'shared/adapters/passwords/hash.ts'],
    ['aws-cdk-lib', 'infra'],
    ['constructs', 'infra'],
    ['csv-parse', 'shared/adapters/imports'],
  ])('%s is imported below %s only', (name, place) => {
    expect(importersOf(name)).not.toEqual([]);
    expect(importersOf(name).filter((file) => !isIn(file, place))).toEqual([]);
  });

  it.each(['@aws-sdk/client-sqs', '@aws-sdk/client-secrets-manager', '@upstash/redis', 'viem'])(
    '%s is loaded when it is needed, and imported for its types at most',
    (name) => {
      const early = new RegExp(`^import (?!type )[^;]*from '${name}'`, 'm');
      expect(layered.filter((file) => early.test(textOf(file)))).toEqual([]);
    },
  );
});

describe('habits', () => {
  const generated = 'test/support/api-schema.ts';
  const others = sources.filter(
    (file) => file !== relative(root, import.meta.filename) && file !== generated,
  );

  it('zod is imported as a namespace, which bundles well', () => {
    const strays = others.filter((file) =>
      /from 'zod'/.test(textOf(file).replace(/import (type )?\* as z from 'zod'/g, '')),
    );
    expect(strays).toEqual([]);
  });

  it('no statement is prepared by name: poolers in transaction mode lose them', () => {
    const files = layered.filter((file) => isIn(file, 'shared'));
    // For one transaction, and for the next client of the pooler no longer.
    const isLocal = /set_config\('statement_timeout', \$\{[^}]+\}, true\)/g;
    const sent = (file: string) => textOf(file).replace(isLocal, '');
    expect(files.filter((file) => /\.prepare\(|statement_timeout|\bLISTEN\b/.test(sent(file)))).toEqual([]);
    const locks = files.filter((file) => /pg_(try_)?advisory_(?!xact)/.test(textOf(file)));
    expect(locks).toEqual([]);
  });

  it('the environment is read in one place each', () => {
    const readers = layered.filter((file) => isIn(file, 'shared') && /process\.env/.test(textOf(file)));
    expect(readers.filter((file) => !/^shared\/(config|adapters\/(queue|secrets))\.ts$/.test(file))).toEqual(
      [],
    );
  });

  it('files are short enough to be read: 300 lines at most', () => {
    const long = others.filter((file) => textOf(file).trimEnd().split('\n').length > 300);
    expect(long).toEqual([]);
  });

  it('functions are thin: 30 lines at most', () => {
    const thick = sources.filter((file) => isIn(file, 'functions') && textOf(file).split('\n').length > 31);
    expect(thick).toEqual([]);
  });
});

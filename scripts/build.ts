import { readFile, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type Bundles, bundle, entryFile } from './build/bundle.ts';
import { documentFiles } from './build/documents.ts';
import { functionSources } from './build/functions.ts';
import { argon2Files } from './build/packages.ts';
import { type Reach, reach } from './build/reach.ts';
import { digestOfSources } from './build/sources.ts';
import { writeTree } from './build/write.ts';

export interface BuildOptions {
  /** Where the functions' folders go; source maps go to `maps` beside it. */
  outDir?: string;
  /** They take as long as all the rest: for what is deployed, where a stack trace must tell a line of ours. */
  sourceMaps?: boolean;
  log?: (line: string) => void;
}

/** What a function's code weighs, minified, without native addons and the files that it serves. */
export interface FunctionSize {
  name: string;
  kind: 'http' | 'queues' | 'schedules';
  /** Read before the first event: `index.mjs` and what it imports statically. */
  entryBytes: number;
  /** Read by the first call that needs it. */
  lazyBytes: number;
}

const root = resolve(import.meta.dirname, '..');
const encode = (text: string) => new TextEncoder().encode(text);
const modulePackage = encode('{"type":"module"}\n');

const contentsOf = (bundles: Bundles, file: string): Uint8Array => {
  const contents = bundles.files.get(file);
  if (!contents) throw new Error(`The bundler reported ${file} but did not write it`);
  return contents;
};

const bytesOf = (bundles: Bundles, files: Iterable<string>): number =>
  [...files].reduce((sum, file) => sum + contentsOf(bundles, file).byteLength, 0);

/** What a function's folder gets besides its code. */
interface Copied {
  argon2: ReadonlyMap<string, Uint8Array>;
  documents: ReadonlyMap<string, readonly (readonly [string, Uint8Array])[]>;
}

/** The folder of one function, which is its Lambda asset: exactly what it reaches, its entry last. */
const assemble = (bundles: Bundles, name: string, reached: Reach, { argon2, documents }: Copied) => {
  const entry = entryFile(name);
  const folder = new Map<string, Uint8Array>([[`${name}/package.json`, modulePackage]]);
  if (reached.packages.length > 0) {
    for (const [file, contents] of argon2) folder.set(`${name}/${file}`, contents);
  }
  for (const [file, contents] of documents.get(name) ?? []) folder.set(`${name}/${file}`, contents);
  for (const file of [...reached.entry, ...reached.lazy].sort()) {
    if (file !== entry) folder.set(`${name}/${file}`, contentsOf(bundles, file));
  }
  return folder.set(`${name}/index.mjs`, contentsOf(bundles, entry));
};

const mapsOf = (bundles: Bundles) =>
  new Map([...bundles.files].filter(([file]) => file.endsWith('.map')).sort(([a], [b]) => (a < b ? -1 : 1)));

/** Names the sources that a folder's bundles were made of; written last, and gone while they are being made. */
const stamp = 'sources.sha256';

const sizesOf = async (target: string, stamps: readonly string[]): Promise<FunctionSize[] | undefined> => {
  const made = await readFile(join(target, stamp), 'utf8').catch(() => '');
  if (!stamps.includes(made)) return undefined;
  return JSON.parse(await readFile(join(target, 'sizes.json'), 'utf8'));
};

/**
 * Builds every function of the contract into `<outDir>/<kind>/<id>/`, ready to deploy or to run, and writes
 * `<outDir>/sizes.json`. The same sources give the same bytes, so bundles that were made of them already stay.
 */
export const build = async (options: BuildOptions = {}): Promise<FunctionSize[]> => {
  const { outDir = 'dist/functions', sourceMaps = false, log = () => {} } = options;
  const started = performance.now();
  const target = resolve(root, outDir);
  const digest = await digestOfSources(root);
  const withMaps = `${digest} with source maps`;
  const known = await sizesOf(target, sourceMaps ? [withMaps] : [withMaps, digest]);
  if (known) return known;
  await rm(join(target, stamp), { force: true });
  const [bundles, argon2, documents] = await Promise.all([
    bundle(root, functionSources, { sourceMaps }),
    argon2Files(root),
    documentFiles(root),
  ]);
  const files = new Map<string, Uint8Array>();
  const sizes = functionSources.map(({ kind, name }): FunctionSize => {
    const reached = reach(bundles, name);
    for (const [file, contents] of assemble(bundles, name, reached, { argon2, documents }))
      files.set(file, contents);
    return {
      name,
      kind,
      entryBytes: bytesOf(bundles, reached.entry),
      lazyBytes: bytesOf(bundles, reached.lazy),
    };
  });
  files.set('sizes.json', encode(`${JSON.stringify(sizes, null, 2)}\n`));
  files.set(stamp, encode(sourceMaps ? withMaps : digest));
  await writeTree(target, files);
  await writeTree(join(dirname(target), 'maps'), mapsOf(bundles));
  log(`Built ${sizes.length} functions in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return sizes;
};

if (import.meta.main) await build({ sourceMaps: true, log: console.log });

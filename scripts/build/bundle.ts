import { existsSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { basename, join } from 'node:path';
import { type BuildResult, build as esbuild } from 'esbuild';
import type { FunctionSource } from './functions.ts';
import { lightHttp } from './light-http.ts';
import { leaveOutUnused } from './unused.ts';

/** A native addon: it cannot be bundled, so the folders of the functions that use it get a copy. */
export const copiedPackages = ['argon2'] as const;

/** Optional parts of `pg` that are required lazily and never used here. */
const absentPackages = ['pg-native'];

/** CommonJS packages such as `pg` call `require`, which an ES module does not have. Named to collide with nothing. */
const banner =
  "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);";

type Output = NonNullable<BuildResult['metafile']>['outputs'][string];

export interface Bundles {
  /** The text of every output and every source map, by file name: all outputs lie in one flat folder. */
  files: ReadonlyMap<string, Uint8Array>;
  outputs: ReadonlyMap<string, Output>;
}

/** The file name of a function's entry among the flat outputs. */
export const entryFile = (name: string): string => `${name.replaceAll('/', '.')}.mjs`;

const assertSources = (root: string, sources: readonly FunctionSource[]) => {
  const missing = sources
    .map(({ name }) => `functions/${name}.ts`)
    .filter((file) => !existsSync(join(root, file)));
  if (missing.length > 0) {
    throw new Error(`The contract declares functions that have no file:\n  ${missing.join('\n  ')}`);
  }
};

const allowedImports = new Set<string>([...builtinModules, ...copiedPackages, ...absentPackages]);

const assertOutputs = (outputs: Bundles['outputs']) => {
  for (const [file, output] of outputs) {
    for (const { external, path } of output.imports) {
      if (external && !path.startsWith('node:') && !allowedImports.has(path)) {
        throw new Error(`${file} imports "${path}", which would not exist in its function's folder`);
      }
    }
    if (output.entryPoint?.startsWith('functions/') && !output.exports.includes('handler')) {
      throw new Error(`${output.entryPoint} does not export "handler"`);
    }
  }
};

/** The bundler puts the banner on top of every file; few of them call `require`. Their maps lose that line too. */
const withoutIdleBanners = (files: ReadonlyMap<string, Uint8Array>): Map<string, Uint8Array> => {
  const slim = new Map(files);
  for (const [file, contents] of files) {
    const code = file.endsWith('.mjs') ? Buffer.from(contents).toString() : '';
    const rest = code.slice(banner.length + 1);
    if (!code.startsWith(`${banner}\n`) || /\brequire\b/.test(rest)) continue;
    const map = JSON.parse(Buffer.from(files.get(`${file}.map`) ?? []).toString());
    map.mappings = map.mappings.replace(/^;/, '');
    slim.set(file, Buffer.from(rest)).set(`${file}.map`, Buffer.from(JSON.stringify(map)));
  }
  return slim;
};

/**
 * Bundles all functions in one run, which is several times faster than one run each. Outputs lie in one flat folder, so
 * that `./chunk.mjs` stays right wherever a function's files are copied to together. Nothing is written.
 *
 * @throws when the contract names a function that has no file, or one that exports no handler.
 */
export const bundle = async (root: string, sources: readonly FunctionSource[]): Promise<Bundles> => {
  assertSources(root, sources);
  const { outputFiles, metafile } = await esbuild({
    absWorkingDir: root,
    entryPoints: sources.map(({ name }) => ({ in: `functions/${name}.ts`, out: name.replaceAll('/', '.') })),
    // Only a name for the report: chunk hashes depend on it, so it is the same wherever the files end up.
    outdir: 'out',
    write: false,
    metafile: true,
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // The ES module builds of the AWS SDK lose what is not used; its CommonJS builds keep everything.
    mainFields: ['module', 'main'],
    outExtension: { '.js': '.mjs' },
    chunkNames: '[name]-[hash]',
    external: [...copiedPackages, ...absentPackages],
    plugins: [leaveOutUnused, lightHttp],
    banner: { js: banner },
    sourcemap: 'external',
    sourcesContent: false,
    legalComments: 'none',
    logLevel: 'silent',
  });
  const outputs = new Map(
    Object.entries(metafile.outputs)
      .filter(([file]) => !file.endsWith('.map'))
      .map(([file, output]) => [basename(file), output]),
  );
  assertOutputs(outputs);
  const files = new Map(outputFiles.map((file) => [basename(file.path), file.contents]));
  return { files: withoutIdleBanners(files), outputs };
};

import { existsSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { basename, join } from 'node:path';
import { absentPackages, copiedPackages, type Output, type Run, run } from './bundler.ts';
import { cutUnused } from './cuts.ts';
import type { FunctionSource } from './functions.ts';
import { lazyPackages } from './lazy-packages.ts';
import { lightHttp } from './light-http.ts';
import { pureDeclarations } from './pure-declarations.ts';
import { leaveOutUnused } from './unused.ts';

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
      const found = path.startsWith('./') ? outputs.has(basename(path)) : allowedImports.has(path);
      if (external && !path.startsWith('node:') && !found) {
        throw new Error(`${file} imports "${path}", which would not exist in its function's folder`);
      }
    }
    if (output.entryPoint?.startsWith('functions/') && !output.exports.includes('handler')) {
      throw new Error(`${output.entryPoint} does not export "handler"`);
    }
  }
};

/** Whether a function loads some of our own files only when a call needs them. */
const loadsOwnFilesLazily = ({ outputs, inputs }: Run, entry: string): boolean => {
  const [, output] = outputs.find(([file]) => file === entry) ?? [];
  return Object.keys(output?.inputs ?? {}).some((input) =>
    inputs[input]?.imports.some(({ kind, external }) => kind === 'dynamic-import' && !external),
  );
};

const entriesOf = (names: readonly string[]) =>
  names.map((name) => ({ in: `functions/${name}.ts`, out: name.replaceAll('/', '.') }));

/**
 * Bundles every function by itself, so that it holds nothing that only others use. Outputs lie in one flat folder, so
 * that `./chunk.mjs` stays right wherever a function's files are copied to together. Nothing is written.
 *
 * Without splitting, one run reads each source once and still links each function alone, in one file: that takes a
 * quarter of the time of as many runs. It would put files that are loaded lazily into the same file, so the few
 * functions that have such are done again, one run each, with splitting: a class that they and their lazy files share
 * stays one class. Packages that are loaded lazily share nothing with us, and are bundled once for all.
 *
 * @throws when the contract names a function that has no file, or one that exports no handler.
 */
export const bundle = async (
  root: string,
  sources: readonly FunctionSource[],
  { sourceMaps = false } = {},
): Promise<Bundles> => {
  assertSources(root, sources);
  const common = { absWorkingDir: root, sourcemap: sourceMaps ? ('external' as const) : false };
  const packages = lazyPackages();
  const plugins = [leaveOutUnused, cutUnused, lightHttp, pureDeclarations, packages.leftOut];
  const names = sources.map(({ name }) => name);
  const together = await run({ ...common, plugins, entryPoints: entriesOf(names) });
  const lazy = names.filter((name) => loadsOwnFilesLazily(together, entryFile(name)));
  const again = lazy.map((name) =>
    run({ ...common, plugins, entryPoints: entriesOf([name]), splitting: true }),
  );
  const apart = run({
    ...common,
    plugins: [lightHttp],
    entryPoints: packages.entries(),
    splitting: true,
  });
  const runs = [together, ...(await Promise.all([...again, apart]))];
  // Those done again replace what they were before.
  const outputs = new Map(runs.flatMap((one) => one.outputs));
  assertOutputs(outputs);
  return { files: new Map(runs.flatMap((one) => one.files)), outputs };
};

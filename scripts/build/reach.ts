import { basename } from 'node:path';
import { type Bundles, entryFile } from './bundle.ts';
import { copiedPackages } from './bundler.ts';

/** What one function loads. */
export interface Reach {
  /** Its entry and what that imports statically: read before the first event. */
  entry: ReadonlySet<string>;
  /** What only an `import()` loads. */
  lazy: ReadonlySet<string>;
  /** Packages that stay outside the bundle. */
  packages: readonly string[];
}

const closure = (outputs: Bundles['outputs'], start: string, kinds: ReadonlySet<string>): Set<string> => {
  const seen = new Set([start]);
  for (const file of seen) {
    for (const { external, kind, path } of outputs.get(file)?.imports ?? []) {
      // A package that is loaded lazily lies beside its functions, and is external to their run of the bundler.
      const ours = !external || path.startsWith('./');
      if (ours && kinds.has(kind)) seen.add(basename(path));
    }
  }
  return seen;
};

const staticKinds = new Set(['import-statement']);
const everyKind = new Set(['import-statement', 'dynamic-import']);

/** Finds the files that a function reaches, statically or dynamically, from the bundler's own report. */
export const reach = ({ outputs }: Pick<Bundles, 'outputs'>, name: string): Reach => {
  const entry = closure(outputs, entryFile(name), staticKinds);
  const all = closure(outputs, entryFile(name), everyKind);
  const imported = new Set(
    [...all].flatMap((file) => outputs.get(file)?.imports.map(({ path }) => path) ?? []),
  );
  return {
    entry,
    lazy: new Set([...all].filter((file) => !entry.has(file))),
    packages: copiedPackages.filter((packageName) => imported.has(packageName)),
  };
};

import type { Plugin } from 'esbuild';

const outName = (specifier: string): string => specifier.replace('@', '').replaceAll('/', '.');

/**
 * Collects the packages that functions load by `import('package')`, and points those imports to one file each, so that
 * what is heaviest is read and minified once, not once a function.
 */
export const lazyPackages = () => {
  const found = new Set<string>();
  const leftOut: Plugin = {
    name: 'lazy-packages',
    setup: ({ onResolve }) =>
      onResolve({ filter: /^[^.#/]/ }, ({ kind, path }) => {
        if (kind !== 'dynamic-import' || path.startsWith('node:')) return undefined;
        found.add(path);
        return { path: `./${outName(path)}.mjs`, external: true };
      }),
  };
  /** Sorted, because sources are read in no fixed order and the same sources must give the same bytes. */
  const entries = () => [...found].sort().map((specifier) => ({ in: specifier, out: outName(specifier) }));
  return { leftOut, entries };
};

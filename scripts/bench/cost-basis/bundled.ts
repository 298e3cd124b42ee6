import { join } from 'node:path';
import { build } from 'esbuild';

/** A program as one file, as functions are deployed: compiling types away at start would count as its memory. */
export const bundled = async (program: string, folder: string): Promise<string> => {
  const outfile = join(folder, 'program.mjs');
  await build({
    ...{ entryPoints: [program], outfile, bundle: true, platform: 'node', format: 'esm', target: 'node24' },
    ...{ minify: true, external: ['pg-native'], logLevel: 'error' },
    banner: {
      js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`,
    },
  });
  return outfile;
};

import { basename } from 'node:path';
import { type BuildOptions, type BuildResult, build } from 'esbuild';

/** A native addon: it cannot be bundled, so the folders of the functions that use it get a copy. */
export const copiedPackages = ['argon2'] as const;

/** Optional parts of `pg` that are required lazily and never used here. */
export const absentPackages = ['pg-native'];

/** CommonJS packages such as `pg` call `require`, which an ES module does not have. Named to collide with nothing. */
const banner =
  "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);";

type Metafile = NonNullable<BuildResult['metafile']>;
export type Output = Metafile['outputs'][string];

/** The bundler puts the banner on top of every file; few of them call `require`. Their maps lose that line too. */
const withoutIdleBanners = (files: ReadonlyMap<string, Uint8Array>): Map<string, Uint8Array> => {
  const slim = new Map(files);
  for (const [file, contents] of files) {
    const code = file.endsWith('.mjs') ? Buffer.from(contents).toString() : '';
    const rest = code.slice(banner.length + 1);
    if (!code.startsWith(`${banner}\n`) || /\brequire\b/.test(rest)) continue;
    slim.set(file, Buffer.from(rest));
    const described = files.get(`${file}.map`);
    if (!described) continue;
    const map = JSON.parse(Buffer.from(described).toString());
    map.mappings = map.mappings.replace(/^;/, '');
    slim.set(`${file}.map`, Buffer.from(JSON.stringify(map)));
  }
  return slim;
};

const common = {
  // Only a name for the report: chunk hashes depend on it, so it is the same wherever the files end up.
  outdir: 'out',
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  // The ES module builds of the AWS SDK lose what is not used; its CommonJS builds keep everything.
  mainFields: ['module', 'main'],
  outExtension: { '.js': '.mjs' },
  chunkNames: '[name]-[hash]',
  external: [...copiedPackages, ...absentPackages],
  banner: { js: banner },
  sourcesContent: false,
  legalComments: 'none',
  logLevel: 'silent',
} as const satisfies BuildOptions;

export interface Run {
  files: [string, Uint8Array][];
  outputs: [string, Output][];
  inputs: Metafile['inputs'];
}

/** One run of the bundler, its outputs by file name. Nothing is written. */
export const run = async (options: BuildOptions): Promise<Run> => {
  const { outputFiles = [], metafile } = await build({
    ...common,
    ...options,
    write: false,
    metafile: true,
  });
  return {
    files: [...withoutIdleBanners(new Map(outputFiles.map((file) => [basename(file.path), file.contents])))],
    outputs: Object.entries(metafile.outputs)
      .filter(([file]) => !file.endsWith('.map'))
      .map(([file, output]) => [basename(file), output]),
    inputs: metafile.inputs,
  };
};

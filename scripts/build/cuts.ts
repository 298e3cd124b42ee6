import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

interface Cut {
  file: RegExp;
  /** What each pattern finds gives way to; a pattern that finds nothing fails the build, so that an update is noticed. */
  edits: readonly (readonly [found: RegExp, becomes: string])[];
}

/** A method of a class that is indented by two spaces, as TypeScript writes them. */
const method = (name: string): RegExp => new RegExp(`^  (?:async )?${name}\\(.*?^  }$`, 'ms');

const absent = (name: string, hint: string): string =>
  `${name}() { throw new Error('${hint}: the bundles leave out ${name}') }`;

/** Parts of files that no function can reach, in classes and tables that the bundler must keep whole. */
const cuts: readonly Cut[] = [
  {
    // A namespace that is passed on through another is kept whole; this one is the same, imported directly. 5 KB.
    // z.string().email() and its like are z.email() in newer words, and name every format there is. 13 KB.
    file: /\/zod\/v4\/classic\/schemas\.js$/,
    edits: [
      [
        /import \{ util \} from "\.\.\/core\/index\.js";/,
        `import * as util from "../core/util.js";
        const absent = () => { throw new Error('Write z.email(), not z.string().email(): the bundles leave that out') };`,
      ],
      [/core\.util\./g, 'util.'],
      [/return this\.check\(core\._\w+\(Zod\w+, params\)\);/g, 'absent();'],
    ],
  },
  {
    // The query of db.query, which `unused.ts` leaves out, and drizzle's own migrations. 4 KB.
    file: /\/drizzle-orm\/pg-core\/dialect\.js$/,
    edits: [
      [method('migrate'), absent('migrate', 'Run scripts/migrate.ts')],
      [method('buildRelationalQueryWithoutPK'), absent('buildRelationalQueryWithoutPK', 'Use db.select')],
    ],
  },
];

/** @throws when the package no longer says what is to be cut. */
export const cut = (source: string, { file, edits }: Cut): string =>
  edits.reduce((text, [found, becomes]) => {
    const result = text.replace(found, becomes);
    if (result === text) throw new Error(`${file} has nothing like ${found}: look at it again`);
    return result;
  }, source);

/** Cuts out what no function uses, where a whole file would be too much. */
export const cutUnused: Plugin = {
  name: 'cut-unused',
  setup: ({ onLoad }) => {
    for (const one of cuts) {
      onLoad({ filter: one.file }, async ({ path }) => ({
        contents: cut(await readFile(path, 'utf8'), one),
        loader: 'js',
      }));
    }
  },
};

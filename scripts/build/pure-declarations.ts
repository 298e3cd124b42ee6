import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/** Files that do nothing but declare: the contract and the tables. */
const declarations = /\/shared\/(contract|adapters\/db\/schema)\/[^/]+\.ts$/;

/** From `const name = ` at the margin to the `;` that is followed by another line at the margin. */
const topLevelConstant = /^((?:export )?const \w+(?:: [^=\n]+)? = )(.+?);$(?=\n*(?:[a-z/]|(?!.)))/gms;

/** What the OpenAPI document is told about a schema. Functions serve it as it was written, and never make it. */
const documentation = /\.meta\(\{[^{}]*\}\)/g;

/** Lines stay where they are, for the source maps. */
const onlyLines = (text: string): string => text.replace(/[^\n]+/g, '');

/**
 * The bundler keeps a call whose result nobody uses, for it may do something. Ours only make schemas and tables, so each
 * is marked as pure: a function then carries the schemas of its own endpoint, not those of all endpoints of the file.
 */
export const asPure = (source: string): string =>
  source.replace(documentation, onlyLines).replace(topLevelConstant, '$1/* @__PURE__ */ (() => ($2))();');

/** Lets functions lose the schemas and tables that they do not use. */
export const pureDeclarations: Plugin = {
  name: 'pure-declarations',
  setup: ({ onLoad }) => {
    onLoad({ filter: declarations }, async ({ path }) => ({
      contents: asPure(await readFile(path, 'utf8')),
      loader: 'ts',
    }));
  },
};

import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/**
 * Parts of packages that every function would read at start and none can reach; what stands in for them fails loudly.
 * Together they are a fifteenth of a function's code.
 */
const replacements: readonly { file: RegExp; contents: string }[] = [
  {
    // pg.native, for a C++ client that is not installed. 9 KB.
    file: /\/pg\/lib\/native\/index\.js$/,
    contents: "throw new Error('pg.native is left out of the bundles')",
  },
  {
    // Every column type there is, for tables declared by a function; ours are declared by an object. 12 KB.
    file: /\/drizzle-orm\/pg-core\/columns\/all\.js$/,
    contents:
      "export const getPgColumnBuilders = () => { throw new Error('Declare the columns of a table as an object: the bundles leave out all others') }",
  },
  {
    // db.query, drizzle's second way to read; ours is db.select. 6 KB together.
    file: /\/drizzle-orm\/relations\.js$/,
    contents: `const absent = () => { throw new Error('db.query is left out of the bundles: use db.select') }
      export class One {}
      export class Many {}
      export const createTableRelationsHelpers = absent, extractTablesRelationalConfig = absent,
        getOperators = absent, getOrderByOperators = absent, mapRelationalRow = absent, normalizeRelation = absent`,
  },
  {
    file: /\/drizzle-orm\/pg-core\/query-builders\/query\.js$/,
    contents: 'export class RelationalQueryBuilder {}',
  },
  {
    // Materialized views: the schema has none. 1 KB.
    file: /\/drizzle-orm\/pg-core\/query-builders\/refresh-materialized-view\.js$/,
    contents: 'export class PgRefreshMaterializedView {}',
  },
  {
    // Values of type interval: the schema has none. 2 KB.
    file: /\/postgres-interval\/index\.js$/,
    contents:
      "module.exports = () => { throw new Error('intervals are left out of the bundles: cast to text') }",
  },
  {
    // ~/.pgpass, for passwords that are not in the connection string; ours always are. 4 KB.
    file: /\/pgpass\/lib\/index\.js$/,
    contents: 'module.exports = (_, done) => done()',
  },
  {
    // The server's certificate as part of a SCRAM exchange, for clients that ask for it. 2 KB.
    file: /\/pg\/lib\/crypto\/cert-signatures\.js$/,
    contents: `exports.signatureAlgorithmHashFromCertificate = () => {
      throw new Error('enableChannelBinding is left out of the bundles')
    }`,
  },
  {
    // Columns in binary, for clients that ask for it. 2 KB.
    file: /\/pg-types\/lib\/binaryParsers\.js$/,
    contents: `const absent = () => { throw new Error('binary columns are left out of the bundles') }
      const types = [16, 20, 21, 23, 25, 26, 700, 701, 1000, 1007, 1008, 1009, 1016, 1114, 1184, 1700]
      exports.init = (register) => types.forEach((type) => register(type, absent))`,
  },
  {
    // What lets schemas parse values that contain themselves, as zod/mini does without; no JSON does. 3 KB.
    file: /\/zod\/v4\/core\/memoizer\.js$/,
    contents: `export class $ZodCyclicError extends Error {}
      export const memoizer = () => undefined, isBackEdge = () => false, isRecursiveSchema = () => true`,
  },
  // z.toJSONSchema, which the OpenAPI document is made with when it is written, not when it is served. 17 KB together.
  {
    file: /\/zod\/v4\/core\/json-schema-processors\.js$/,
    contents: 'export const toJSONSchema = undefined, allProcessors = {}',
  },
  {
    file: /\/zod\/v4\/core\/json-schema-generator\.js$/,
    contents: 'export const JSONSchemaGenerator = undefined',
  },
  {
    file: /\/zod\/v4\/core\/to-json-schema\.js$/,
    contents:
      'export const createToJSONSchemaMethod = () => undefined, createStandardJSONSchemaMethod = () => undefined',
  },
];

/** Statements are indented for readers; the bundler keeps that, for it cannot know that SQL does not mind. 1 KB. */
const sqlFiles = /\/shared\/adapters\/db\/[^/]+\.ts$/;

/** Leaves out what no function uses, where a package is written so that the bundler cannot see that by itself. */
export const leaveOutUnused: Plugin = {
  name: 'leave-out-unused',
  setup: ({ onLoad }) => {
    for (const { file, contents } of replacements)
      onLoad({ filter: file }, () => ({ contents, loader: 'js' }));
    onLoad({ filter: sqlFiles }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace(/^[ \t]+/gm, ''),
      loader: 'ts',
    }));
  },
};

import { readdirSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { endpoints, messages, schedules } from '#shared/contract/index.ts';

const functions = resolve(import.meta.dirname, '../../functions');

/** Every file below a folder, without its extension, as an id of the contract is written. */
const idsIn = (folder: string): string[] =>
  readdirSync(resolve(functions, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      relative(resolve(functions, folder), resolve(entry.parentPath, entry.name)).replace(/\.ts$/, ''),
    )
    .sort();

const repeated = (values: readonly string[]): string[] =>
  values.filter((value, place) => values.indexOf(value) !== place);

describe.each([
  ['http', endpoints],
  ['queues', messages],
  ['schedules', schedules],
] as const)('functions/%s', (folder, declared) => {
  it('has one function for each id of the contract, and no other', () => {
    expect(idsIn(folder)).toEqual(declared.map(({ id }) => id).sort());
  });

  it('has no id twice', () => {
    expect(repeated(declared.map(({ id }) => id))).toEqual([]);
  });
});

it('has functions of these three kinds only', () => {
  expect(
    readdirSync(functions)
      .map((name) => basename(name))
      .sort(),
  ).toEqual(['http', 'queues', 'schedules']);
});

/** Parameters of paths that are not uuids. */

describe('the endpoints', () => {
  it('have each method and path once, whatever the parameters are called', () => {
    const routes = endpoints.map(({ method, path }) => `${method} ${path.replace(/\{\w+\}/g, '{}')}`);
    expect(repeated(routes)).toEqual([]);
  });

  it.each(endpoints.map((endpoint) => [endpoint.id, endpoint] as const))(
    '%s is written as it should be',
    (id, endpoint) => {
      expect(id).toMatch(/^[a-z]+(-[a-z]+)*\/[a-z]+(-[a-z]+)*$/);
      expect(endpoint.path).toMatch(/^(\/([a-z][a-z_.-]*|\{[a-z_]+\}))+$/);
      expect(endpoint.summary).toMatch(/^[A-Z].*[^.]$/);
      const named = [...endpoint.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
      expect(Object.keys(endpoint.shapes.params?.shape ?? {}).sort()).toEqual(named);
      expect(
        named.every((name) => /^(username|address|asset|chain_id|name|\w+_uuid|uuid)$/.test(name ?? '')),
      ).toBe(true);
      if (endpoint.method === 'GET') expect(endpoint.shapes.body).toBeUndefined();
    },
  );

  it.each([...new Set(endpoints.map(({ id }) => id.slice(0, id.indexOf('/'))))])(
    'of %s have tests of their own',
    async (resource) => {
      const files = await readdir(resolve(import.meta.dirname, '../functions', resource)).catch(() => []);
      expect(files.filter((file) => file.endsWith('.test.ts'))).not.toEqual([]);
    },
  );
});

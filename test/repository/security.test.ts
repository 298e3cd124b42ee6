/** ARCHITECTURE.md lists what is checked against strangers, by number: each number names a test that there is. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const architecture = await readFile(resolve(root, 'ARCHITECTURE.md'), 'utf8');
const rows = [...architecture.matchAll(/^\| (S\d\d) \| .* \| (test\/\S+) +\|$/gm)].map(
  ([, id = '', file = '']) => [id, file] as const,
);

it('lists some twenty checks', () => {
  expect(rows.length).toBeGreaterThan(20);
  expect(new Set(rows.map(([id]) => id)).size).toBe(rows.length);
});

it.each(rows)('%s is checked in %s', async (id, file) => {
  expect(await readFile(resolve(root, file), 'utf8')).toMatch(new RegExp(`\\b${id}\\b`));
});

/** ARCHITECTURE.md lists what is checked against strangers and faults, by number: each names a test that there is. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const architecture = await readFile(resolve(root, 'ARCHITECTURE.md'), 'utf8');
const rows = [...architecture.matchAll(/^\| ([RS]\d\d) \| .* \| (test\/\S+) +\|$/gm)].map(
  ([, id = '', file = '']) => [id, file] as const,
);

it('lists some twenty checks against strangers, and some ten against faults', () => {
  const ids = rows.map(([id]) => id);
  expect(ids.filter((id) => id.startsWith('S')).length).toBeGreaterThan(20);
  expect(ids.filter((id) => id.startsWith('R')).length).toBeGreaterThan(10);
  expect(new Set(ids).size).toBe(rows.length);
});

it.each(rows)('%s is checked in %s', async (id, file) => {
  expect(await readFile(resolve(root, file), 'utf8')).toMatch(new RegExp(`\\b${id}\\b`));
});

import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { keptFolder } from '../../scripts/local/servers/kept-folder.ts';
import { ignore, privateFolder } from './folders.ts';

const make = async (draft: string): Promise<void> => writeFile(join(draft, 'made'), draft);
const common = { name: 'tool', log: ignore, make };

test('what is made of the same is made once, also when many ask at once', async () => {
  const parent = await privateFolder();
  const asked = Array.from({ length: 5 }, () => keptFolder(parent, { ...common, ingredients: ['a', 1] }));
  const [first = '', ...others] = await Promise.all(asked);
  expect(new Set(others)).toEqual(new Set([first]));
  expect(await readdir(parent)).toEqual([first.slice(parent.length + 1)]);
  expect(await readFile(join(first, 'made'), 'utf8')).toMatch(/\.draft-/);
});

test('something else is made of something else', async () => {
  const parent = await privateFolder();
  const one = await keptFolder(parent, { ...common, ingredients: ['a'] });
  const other = await keptFolder(parent, { ...common, ingredients: ['b'] });
  expect(other).not.toBe(one);
});

test('what could not be made is not there, and is made the next time', async () => {
  const parent = await privateFolder();
  const fails = async (draft: string) => {
    await make(draft);
    throw new Error('half-way');
  };
  await expect(keptFolder(parent, { ...common, make: fails, ingredients: [] })).rejects.toThrow('half-way');
  const folder = await keptFolder(parent, { ...common, ingredients: [] });
  expect(await readdir(parent)).toEqual([folder.slice(parent.length + 1)]);
});

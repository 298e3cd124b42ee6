// What each function's folder would hold, from the bundler itself: nothing is written.
import { resolve } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { type Bundles, bundle, entryFile } from '../../scripts/build/bundle.ts';
import { functionSources } from '../../scripts/build/functions.ts';
import { reach } from '../../scripts/build/reach.ts';

const root = resolve(import.meta.dirname, '../..');
const names = functionSources.map(({ name }) => name);

let bundles: Bundles;
beforeAll(async () => {
  bundles = await bundle(root, functionSources);
});

const codeOf = (file: string) => Buffer.from(bundles.files.get(file) ?? []).toString();

const inputsOf = (files: Iterable<string>) =>
  [...files].flatMap((file) => Object.keys(bundles.outputs.get(file)?.inputs ?? {}));

it.each(names)('%s reads few files at start', (name) => {
  expect(reach(bundles, name).entry.size).toBeLessThanOrEqual(3);
});

it('most read one, but for those that share code with what they load later', () => {
  const whole = names.filter((name) => reach(bundles, name).entry.size === 1);
  expect(whole.length / names.length).toBeGreaterThan(0.75);
});

it.each(names)('%s holds no source of ours, and no class of an error, twice', (name) => {
  const { entry, lazy } = reach(bundles, name);
  const sources = inputsOf([...entry, ...lazy]).filter((input) => /^(shared|functions)\//.test(input));
  expect(sources).toEqual([...new Set(sources)]);
});

it('a function carries the schemas of its own endpoint alone', () => {
  const code = codeOf(entryFile('http/wallets/get'));
  expect(code).toContain('"wallets/get"');
  expect(code).not.toContain('"wallets/create"');
  expect(code).not.toContain('"wallets/list"');
});

it('packages that are loaded lazily are in no entry', () => {
  for (const name of names) {
    const heavy = inputsOf(reach(bundles, name).entry).filter((input) =>
      /\/(@aws-sdk|@upstash)\//.test(input),
    );
    expect(heavy).toEqual([]);
  }
});

it('the same sources give the same bytes', async () => {
  const again = await bundle(root, functionSources);
  expect([...again.files.keys()].sort()).toEqual([...bundles.files.keys()].sort());
  for (const [file, contents] of again.files) {
    expect(Buffer.compare(contents, bundles.files.get(file) ?? new Uint8Array()), file).toBe(0);
  }
});

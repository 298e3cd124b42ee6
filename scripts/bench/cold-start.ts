import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { build } from '../build.ts';

/**
 * How long a fresh process takes to import each bundle, against a handler that does nothing. The bundles take turns, so
 * that whatever else the machine does falls on all of them alike.
 */
const runs = 15;

const run = promisify(execFile);
const bundles = resolve(import.meta.dirname, '../../dist/functions');

const measured = `const start = performance.now();
await import(process.argv[1]);
console.log(performance.now() - start);`;

/** Without the caller's environment: a bundle must import with none of its settings present. */
const importTime = async (file: string): Promise<number> => {
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', measured, file], {
    env: {},
  });
  return Number(stdout);
};

const median = (times: readonly number[]): number =>
  [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;

const emptyHandler = async (folder: string): Promise<string> => {
  await writeFile(join(folder, 'package.json'), '{"type":"module"}\n');
  const file = join(folder, 'index.mjs');
  await writeFile(file, 'export const handler = async () => ({});\n');
  return file;
};

const medians = async (files: ReadonlyMap<string, string>): Promise<Map<string, number>> => {
  const times = new Map([...files.keys()].map((name): [string, number[]] => [name, []]));
  for (let round = 0; round < runs; round += 1) {
    for (const [name, file] of files) times.get(name)?.push(await importTime(file));
  }
  return new Map([...times].map(([name, all]) => [name, median(all)]));
};

const print = (figures: ReadonlyMap<string, number>, baseline: number, json: boolean): void => {
  if (!json) console.log(`${'function'.padEnd(36)}${'import ms'.padStart(10)}${'× empty'.padStart(10)}`);
  for (const [name, value] of figures) {
    const ratio = value / baseline;
    if (json) console.log(JSON.stringify({ name: `cold-start/${name}`, value, unit: 'ms', baseline, ratio }));
    else console.log(`${name.padEnd(36)}${value.toFixed(1).padStart(10)}${ratio.toFixed(1).padStart(10)}`);
  }
};

const empty = 'empty handler';
const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
const folder = await mkdtemp(join(tmpdir(), 'bagtracker-cold-start-'));
try {
  const sizes = await build();
  const files = new Map([[empty, await emptyHandler(folder)]]);
  for (const { name } of sizes) files.set(name, join(bundles, name, 'index.mjs'));
  const figures = await medians(files);
  print(figures, figures.get(empty) ?? Number.NaN, values.json);
} finally {
  await rm(folder, { recursive: true, force: true });
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { processIdentity } from '../../scripts/lock.mjs';
import { privateFolder } from './folders.ts';

const SCRIPTS = join(import.meta.dirname, '../../scripts');
const INSTALLS = `
  import { appendFileSync, mkdirSync } from 'node:fs';
  appendFileSync('installs.txt', process.argv.slice(2, 3) + ' ');
  await new Promise((resolve) => setTimeout(resolve, 300));
  mkdirSync('node_modules', { recursive: true });
  console.error('npm warn EBADENGINE nobody needs to read this');`;
const ECHO = `console.log(JSON.stringify(process.argv.slice(2))); process.exitCode = 7;`;
const WAITS = `
  import { setTimeout as sleep } from 'node:timers/promises';
  const signals = [];
  for (const name of ['SIGINT', 'SIGTERM'])
    process.on(name, async () => {
      signals.push(name);
      await sleep(300);
      console.log(signals.join());
      process.exit(3);
    });
  console.log(process.pid);
  setInterval(() => {}, 1000);`;

/** A checkout with nothing installed, an npm that does what a test wants, and one script. */
async function checkout(npm: string, script: string): Promise<string> {
  const folder = await privateFolder();
  await mkdir(join(folder, 'scripts'));
  for (const file of ['run.mjs', 'lock.mjs'])
    await copyFile(join(SCRIPTS, file), join(folder, 'scripts', file));
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  await writeFile(join(folder, 'package-lock.json'), '{"packages":{"":{}}}');
  await writeFile(join(folder, 'npm-cli.js'), npm);
  await writeFile(join(folder, 'script.js'), script);
  return folder;
}

function start(folder: string, args: string[] = [], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['scripts/run.mjs', 'script.js', ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH, npm_execpath: join(folder, 'npm-cli.js'), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    output.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output.err += chunk;
  });
  const ended = once(child, 'close').then(([code]) => ({ code, ...output }));
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, output, ended };
}

const run = (...args: Parameters<typeof start>) => start(...args).ended;

async function startWaiting() {
  const folder = await checkout(INSTALLS, WAITS);
  const runner = start(folder);
  await expect.poll(() => runner.output.out, { timeout: 5_000 }).toMatch(/^\d+\n/);
  return { ...runner, pid: Number.parseInt(runner.output.out, 10) };
}

describe('run.mjs installs', () => {
  test('once per lock file, in few words, and passes on arguments and exit code', async () => {
    const folder = await checkout(INSTALLS, ECHO);
    const first = await run(folder, ['a', '--b c']);
    expect(first).toEqual({
      code: 7,
      out: '["a","--b c"]\n',
      err: 'Installing packages with npm ci (once; a minute or so).\nPackages installed.\n',
    });
    expect(await run(folder)).toEqual({ code: 7, out: '[]\n', err: '' });

    await writeFile(join(folder, 'package-lock.json'), '{"packages":{"":{},"node_modules/new":{}}}');
    expect((await run(folder)).err).toContain('npm ci');
    expect(await readFile(join(folder, 'installs.txt'), 'utf8')).toBe('ci ci ');
  });

  test('not again what npm was run for by hand', async () => {
    const folder = await checkout(INSTALLS, ECHO);
    const packages = { 'node_modules/a': { version: '1.0.0' } };
    const elsewhere = { 'node_modules/b': { version: '2.0.0', optional: true } };
    const lock = { packages: { '': {}, ...packages, ...elsewhere } };
    await writeFile(join(folder, 'package-lock.json'), JSON.stringify(lock));
    await mkdir(join(folder, 'node_modules'));
    await writeFile(join(folder, 'node_modules/.package-lock.json'), JSON.stringify({ packages }));
    expect((await run(folder)).err).toBe('');
  });

  test('only once when started twice at the same time', async () => {
    const folder = await checkout(INSTALLS, ECHO);
    const both = await Promise.all([run(folder), run(folder)]);
    expect(both.map(({ code }) => code)).toEqual([7, 7]);
    expect(await readFile(join(folder, 'installs.txt'), 'utf8')).toBe('ci ');
    expect(both.map(({ err }) => err).join()).toContain('Waiting for another process');
  });

  test('although a killed run left its lock', async () => {
    const folder = await checkout(INSTALLS, ECHO);
    await mkdir(join(folder, '.local/install.lock'), { recursive: true });
    await writeFile(join(folder, '.local/install.lock/owner'), `${process.pid} 1`);
    expect((await run(folder)).code).toBe(7);
  });
});

describe('run.mjs says in one sentence', () => {
  test.each([
    ['npm error code ENOTFOUND', /^The packages could not be installed, npm cannot reach/],
    ['npm error code ENOSPC', /^The disk is full/],
    [
      'npm error `npm ci` can only install packages when your package.json and package-lock.json',
      /do not match/,
    ],
    [
      'npm error code EWHATEVER\nnpm error something odd',
      /: something odd \(all of npm's output is in .*log\)\.$/,
    ],
  ])('what went wrong: %s', async (error, sentence) => {
    const npm = `console.error(${JSON.stringify(error)}); process.exitCode = 1;`;
    const { code, err, out } = await run(await checkout(npm, ECHO));
    const [, said, ...rest] = err.trim().split('\n');
    expect({ code, out, rest }).toEqual({ code: 1, out: '', rest: [] });
    expect(said).toMatch(sentence);
  });

  test('that npm is missing', async () => {
    const folder = await checkout(INSTALLS, ECHO);
    const { code, err } = await run(folder, [], { npm_execpath: '', PATH: folder });
    expect(code).toBe(1);
    expect(err).toMatch(/\nnpm was not found: .*\n$/);
  });
});

describe('run.mjs passes on', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('%s once, and waits for the clean end', async (signal) => {
    const { child, ended } = await startWaiting();
    child.kill(signal);
    setTimeout(() => child.kill(signal), 50);
    const { code, out } = await ended;
    expect(out.trim().split('\n').at(-1)).toBe(signal);
    expect(code).toBe(3);
  });

  test('its own violent end', async () => {
    const { child, pid } = await startWaiting();
    child.kill('SIGKILL');
    await expect.poll(() => processIdentity(pid), { timeout: 5_000 }).toBeUndefined();
  });

  test('by exit code that the script was killed', async () => {
    const { pid, ended } = await startWaiting();
    process.kill(pid, 'SIGKILL');
    expect((await ended).code).toBe(128 + 9);
  });
});

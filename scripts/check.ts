import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');

interface Step {
  name: string;
  command: readonly [string, ...string[]];
  environment?: Record<string, string>;
}

const local = (tool: string) => join(root, 'node_modules/.bin', tool);
const script = (path: string, ...args: string[]): [string, ...string[]] => [process.execPath, path, ...args];

/** In the order in which a fault is cheapest to find. The bundles are built before what deploys them. */
const steps = (assembly: string): Step[] => [
  { name: 'format and lint', command: [local('biome'), 'check', '.'] },
  { name: 'types', command: script('node_modules/typescript-native/bin/tsc', '--noEmit') },
  { name: 'dead code', command: [local('knip')] },
  { name: 'replay kernel', command: script('scripts/kernel.ts') },
  { name: 'OpenAPI document', command: script('scripts/openapi.ts') },
  { name: 'bundles and budgets', command: script('scripts/budgets.ts') },
  // What `cdk synth` runs, without the CLI: that would look for an account first, and build the bundles again.
  { name: 'synth', command: script('infra/app.ts'), environment: { CDK_OUTDIR: assembly } },
];

/** Tools start with `#!/usr/bin/env node`, and the first `node` of the machine may be too old for them. */
const path = [dirname(process.execPath), process.env.PATH].join(delimiter);

const run = ({ command: [file, ...args], environment }: Step): Promise<{ failed: boolean; output: string }> =>
  new Promise((done) => {
    const env = { ...process.env, PATH: path, ...environment };
    const child = spawn(file, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const collect = (chunk: Buffer) => {
      output += chunk.toString();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (error) => done({ failed: true, output: error.message }));
    child.on('close', (code) => done({ failed: code !== 0, output }));
  });

/** Runs every step, whatever became of those before it, and returns the names of those that failed. */
const check = async (assembly: string): Promise<string[]> => {
  const failures: string[] = [];
  for (const step of steps(assembly)) {
    const started = performance.now();
    const { failed, output } = await run(step);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`${failed ? '✗' : '✓'} ${step.name.padEnd(22)}${seconds.padStart(6)} s`);
    if (failed) failures.push(step.name);
    if (failed) console.log(output.trimEnd().replaceAll(/^/gm, '    '));
  }
  return failures;
};

const assembly = await mkdtemp(join(tmpdir(), 'bagtracker-check-'));
try {
  const failures = await check(assembly);
  console.log(failures.length === 0 ? 'All checks passed.' : `Failed: ${failures.join(', ')}.`);
  if (failures.length > 0) process.exitCode = 1;
} finally {
  await rm(assembly, { recursive: true, force: true });
}

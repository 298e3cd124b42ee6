/** Functions that are killed on their way: see doomed-function.ts. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Outcome, Task } from './doomed-function.ts';
import { bundlesDir } from './workers.ts';

/** Half of what a process takes to start is compiling. */
const compileCache = join(bundlesDir, '../compile-cache');

/** A built function with its variables, and what it is given. */
export interface Doomed extends Omit<Task, 'bundle' | 'dieAt'> {
  functionId: string;
  variables: Record<string, string>;
}

/** Runs a function in a process of its own, which kills itself before a writing; undefined when it did. 0 lives. */
export const runDoomed = async (
  { functionId, variables, ...given }: Doomed,
  dieAt = 0,
): Promise<Outcome | undefined> => {
  const script = join(import.meta.dirname, 'doomed-function.ts');
  const child = spawn(process.execPath, [script], {
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: compileCache, ...variables },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const task: Task = { ...given, bundle: join(bundlesDir, functionId, 'index.mjs'), dieAt };
  child.stdin.on('error', () => undefined).end(JSON.stringify(task));
  const [output, [code, signal]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  if (signal === 'SIGKILL') return undefined;
  if (code !== 0) throw new Error(`${functionId} ended with ${code ?? signal}: ${output}`);
  return JSON.parse(output.slice(output.lastIndexOf('\n') + 1));
};

/** Kills a function before every one of its writings, a few processes at a time, until one comes through; gives how many died. */
export const killAtEvery = async (
  doomed: (dieAt: number) => Promise<Doomed>,
  died: (dieAt: number) => Promise<void> = async () => undefined,
): Promise<number> => {
  let next = 1;
  let deaths = 0;
  let isThrough = false;
  const killOnAndOn = async () => {
    while (!isThrough) {
      const dieAt = next;
      next += 1;
      const outcome = await runDoomed(await doomed(dieAt), dieAt);
      if (outcome) isThrough = true;
      else {
        deaths += 1;
        await died(dieAt);
      }
    }
  };
  await Promise.all([killOnAndOn(), killOnAndOn(), killOnAndOn()]);
  return deaths;
};

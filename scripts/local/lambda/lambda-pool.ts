// Which execution environments exist: one is started when none of its function is idle, the idle ones are reused, and
// the longest idle make room when there are too many.
import { setTimeout as sleep } from 'node:timers/promises';
import { errorTypes, FunctionError } from './function-error.ts';
import type { Environment } from './lambda-environment.ts';

const stopMilliseconds = 3_000;

export interface Pool {
  readonly maxPerFunction: number;
  /** All environments together; each holds a database connection and some tens of megabytes. */
  readonly maxTotal: number;
  readonly environments: Set<Environment>;
  /** Resolved, and replaced, whenever an environment becomes free. */
  released: PromiseWithResolvers<void>;
  stopped: boolean;
}

export interface Wanted {
  functionId: string;
  /** A rebuilt bundle has another; environments of the old one are not used again. */
  version: number;
  memoryMegabytes: number;
}

export function createPool(limits: { maxPerFunction: number; maxTotal: number }): Pool {
  return {
    ...limits,
    environments: new Set(),
    released: Promise.withResolvers(),
    stopped: false,
  };
}

function retire(pool: Pool, retired: Environment): void {
  pool.environments.delete(retired);
  void retired.end();
}

function retireUnusable(pool: Pool, { functionId, version }: Wanted): void {
  for (const one of pool.environments) {
    const outdated = one.functionId === functionId && one.version !== version;
    if (!one.alive() || (outdated && !one.busy)) retire(pool, one);
  }
}

const idle = (pool: Pool) =>
  [...pool.environments].filter((one) => !one.busy).sort((a, b) => a.lastUsed - b.lastUsed);

function makeRoom(pool: Pool, functionId: string): boolean {
  const own = [...pool.environments].filter((one) => one.functionId === functionId);
  if (own.length >= pool.maxPerFunction) return false;
  if (pool.environments.size < pool.maxTotal) return true;
  const [oldest] = idle(pool);
  if (oldest) retire(pool, oldest);
  return oldest !== undefined;
}

/** Waits for a free environment when the limits are reached: a laptop queues where Lambda would throttle. */
export async function acquire(pool: Pool, wanted: Wanted, start: () => Environment): Promise<Environment> {
  for (;;) {
    if (pool.stopped) throw new FunctionError(errorTypes.stopped, 'The platform is stopping.');
    retireUnusable(pool, wanted);
    const fits = (one: Environment) =>
      one.functionId === wanted.functionId && one.memoryMegabytes === wanted.memoryMegabytes;
    let found = idle(pool).findLast(fits);
    if (!found && makeRoom(pool, wanted.functionId)) {
      found = start();
      pool.environments.add(found);
    }
    if (found) {
      found.busy = true;
      return found;
    }
    await pool.released.promise;
  }
}

export function release(pool: Pool, used: Environment): void {
  used.busy = false;
  used.lastUsed = Date.now();
  if (!used.alive()) retire(pool, used);
  const { resolve } = pool.released;
  pool.released = Promise.withResolvers();
  resolve();
}

export function retireIdleSince(pool: Pool, time: number): void {
  for (const one of idle(pool)) if (one.lastUsed < time) retire(pool, one);
}

/** What is running may end first: a thread that is ended while its addon hashes a password takes the process with it. */
async function untilIdle(pool: Pool, milliseconds: number): Promise<void> {
  const patience = AbortSignal.timeout(milliseconds);
  const isBusy = () => [...pool.environments].some((one) => one.busy && one.alive());
  while (isBusy() && !patience.aborted) await sleep(20);
}

export async function stopPool(pool: Pool): Promise<void> {
  pool.stopped = true;
  pool.released.resolve();
  await untilIdle(pool, stopMilliseconds);
  await Promise.all([...pool.environments].map((one) => one.end()));
  pool.environments.clear();
}

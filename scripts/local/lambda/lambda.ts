// A local Lambda service. Functions run from their built bundles in worker threads: what runs here is what deploys.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../servers/processes.ts';
import { errorTypes, FunctionError } from './function-error.ts';
import { startEnvironment } from './lambda-environment.ts';
import { acquire, createPool, release, retireIdleSince, stopPool, type Wanted } from './lambda-pool.ts';

/** Lambda's limit on a synchronous request and on its response, in bytes of JSON. */
const payloadLimit = 6_291_556;

export interface Limits {
  timeoutSeconds: number;
  memoryMegabytes?: number;
}

type Invoke = (functionId: string, event: unknown, limits: Limits) => Promise<unknown>;

export interface Lambda {
  invoke: Invoke;
  stop: () => Promise<void>;
}

export interface LambdaOptions {
  /** Holds `<function id>/index.mjs`. */
  bundlesDir: string;
  environment: (functionId: string) => Record<string, string>;
  log: Log;
  maxPerFunction?: number;
  maxTotal?: number;
  idleMinutes?: number;
}

export function createLambda(options: LambdaOptions): Lambda {
  const { bundlesDir, environment, log, maxPerFunction = 10, maxTotal = 30, idleMinutes = 5 } = options;
  const pool = createPool({ maxPerFunction, maxTotal });
  const bundleOf = (functionId: string) => join(bundlesDir, functionId, 'index.mjs');

  const start = (wanted: Wanted) => {
    const { functionId } = wanted;
    return startEnvironment({
      ...wanted,
      bundle: bundleOf(functionId),
      variables: environment(functionId),
      log: (line) => log(`${functionId} ${line}`),
    });
  };

  const invoke: Invoke = async (functionId, event, { timeoutSeconds, memoryMegabytes = 512 }) => {
    const request = JSON.stringify(event) ?? 'null';
    assertSize(request, errorTypes.requestTooLarge, 'Request');
    const wanted = {
      functionId,
      memoryMegabytes,
      version: await bundleVersion(bundleOf(functionId), functionId),
    };
    const used = await acquire(pool, wanted, () => start(wanted));
    try {
      const response = await used.run(request, timeoutSeconds);
      assertSize(response, errorTypes.responseTooLarge, 'Response');
      return JSON.parse(response);
    } catch (error) {
      if (error instanceof FunctionError) log(`${functionId} ${describe(error)}`);
      throw error;
    } finally {
      release(pool, used);
    }
  };

  const sweeper = setInterval(() => retireIdleSince(pool, Date.now() - idleMinutes * 60_000), 15_000).unref();
  const stop = async () => {
    clearInterval(sweeper);
    await stopPool(pool);
  };
  return { invoke, stop };
}

async function bundleVersion(bundle: string, functionId: string): Promise<number> {
  try {
    return (await stat(bundle)).mtimeMs;
  } catch {
    throw new FunctionError(errorTypes.notFound, `Function not found: ${functionId}`);
  }
}

function assertSize(payload: string, errorType: string, what: string): void {
  const size = Buffer.byteLength(payload);
  if (size <= payloadLimit) return;
  throw new FunctionError(
    errorType,
    `${what} payload size (${size} bytes) exceeded maximum allowed payload size (${payloadLimit} bytes).`,
  );
}

/** The trace's first line repeats the message. */
const describe = (error: FunctionError) =>
  [`${error.errorType}: ${error.message}`, ...error.trace.slice(1)].join('\n');

import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import { errorCode, type Log } from '../servers/processes.ts';
import { errorTypes, FunctionError } from './function-error.ts';
import type { Answer, EnvironmentData, Failure, Invocation } from './lambda-worker.ts';

/** How long a bundle may take to load. Lambda grants 10 s; a busy laptop may need more. */
const initSeconds = 60;

/** One execution environment: a thread with its own variables and module state, serving one call at a time. */
export interface Environment {
  readonly functionId: string;
  readonly version: number;
  readonly memoryMegabytes: number;
  busy: boolean;
  lastUsed: number;
  /** False once its thread has ended or is about to. */
  alive: () => boolean;
  run: (payload: string, timeoutSeconds: number) => Promise<string>;
  end: () => Promise<void>;
}

export interface EnvironmentOptions {
  functionId: string;
  bundle: string;
  version: number;
  memoryMegabytes: number;
  variables: Record<string, string>;
  log: Log;
}

const asError = ({ errorType, errorMessage, trace }: Failure) =>
  new FunctionError(errorType, errorMessage, trace);

function crash(error: unknown): FunctionError {
  const message = error instanceof Error ? error.message : String(error);
  const trace = error instanceof Error ? (error.stack ?? '').split('\n') : [];
  const type = errorCode(error) === 'ERR_WORKER_OUT_OF_MEMORY' ? errorTypes.outOfMemory : errorTypes.exit;
  return new FunctionError(type, `The execution environment crashed: ${message}`, trace);
}

function startThread({ functionId, bundle, memoryMegabytes, variables, log }: EnvironmentOptions): Worker {
  const functionName = `bagtracker-${functionId.replaceAll('/', '-')}`;
  const workerData: EnvironmentData = { bundle, functionName, memoryMegabytes };
  const worker = new Worker(new URL('./lambda-worker.ts', import.meta.url), {
    name: functionId,
    workerData,
    env: {
      ...variables,
      AWS_LAMBDA_FUNCTION_NAME: functionName,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMegabytes),
    },
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: memoryMegabytes },
  });
  for (const output of [worker.stdout, worker.stderr]) createInterface({ input: output }).on('line', log);
  return worker;
}

interface Thread {
  worker: Worker;
  alive: boolean;
  ready: PromiseWithResolvers<void>;
  current?: PromiseWithResolvers<string>;
}

function fail(thread: Thread, error: FunctionError): void {
  thread.alive = false;
  thread.ready.reject(error);
  thread.current?.reject(error);
}

function watch(thread: Thread, log: Log): void {
  const { worker, ready } = thread;
  worker.on('message', (answer: Answer) => {
    if (answer.kind === 'ready') ready.resolve();
    else if (answer.kind === 'result') thread.current?.resolve(answer.payload);
    else if (answer.kind === 'error') thread.current?.reject(asError(answer.error));
    else fail(thread, asError(answer.error));
  });
  worker.on('error', (error) => {
    log(`crashed: ${error instanceof Error ? error.stack : error}`);
    fail(thread, crash(error));
  });
  worker.on('exit', (code) => fail(thread, crash(`exit code ${code}`)));
  const timer = failAfter(thread, initSeconds, 'Loading the bundle');
  // The rejection is handled here too: nobody may be waiting when an idle environment dies.
  ready.promise.catch(() => undefined).finally(() => clearTimeout(timer));
}

function failAfter(thread: Thread, seconds: number, what: string): NodeJS.Timeout {
  return setTimeout(() => {
    fail(
      thread,
      new FunctionError(errorTypes.timeout, `${what} timed out after ${seconds.toFixed(2)} seconds`),
    );
    void thread.worker.terminate();
  }, seconds * 1000);
}

async function run(thread: Thread, payload: string, timeoutSeconds: number): Promise<string> {
  await thread.ready.promise;
  const current = Promise.withResolvers<string>();
  thread.current = current;
  const timer = failAfter(thread, timeoutSeconds, 'Task');
  const deadline = Date.now() + timeoutSeconds * 1000;
  thread.worker.postMessage({
    requestId: randomUUID(),
    payload,
    deadline,
  } satisfies Invocation);
  try {
    return await current.promise;
  } finally {
    clearTimeout(timer);
    delete thread.current;
  }
}

export function startEnvironment(options: EnvironmentOptions): Environment {
  const thread: Thread = {
    worker: startThread(options),
    alive: true,
    ready: Promise.withResolvers(),
  };
  watch(thread, options.log);
  const { functionId, version, memoryMegabytes } = options;
  return {
    functionId,
    version,
    memoryMegabytes,
    busy: false,
    lastUsed: Date.now(),
    alive: () => thread.alive,
    run: (payload, timeoutSeconds) => run(thread, payload, timeoutSeconds),
    end: async () => {
      fail(thread, new FunctionError(errorTypes.stopped, 'The execution environment was stopped.'));
      await thread.worker.terminate();
    },
  };
}

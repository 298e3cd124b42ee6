// Runs in a worker thread: one execution environment of one function. It loads the bundle once and then serves one
// invocation at a time, as the runtime inside Lambda does.
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import type { Context } from 'aws-lambda';

export interface EnvironmentData {
  bundle: string;
  functionName: string;
  memoryMegabytes: number;
}

export interface Invocation {
  requestId: string;
  payload: string;
  deadline: number;
}

/** What a thread answers: that its bundle is loaded, that it is not, or how an invocation ended. */
export type Answer =
  | { kind: 'ready' }
  | { kind: 'broken'; error: Failure }
  | { kind: 'result'; payload: string }
  | { kind: 'error'; error: Failure };

export interface Failure {
  errorType: string;
  errorMessage: string;
  trace: string[];
}

type Handler = (event: unknown, context: Context) => unknown;

const { bundle, functionName, memoryMegabytes } = workerData as EnvironmentData;

const answer = (message: Answer) => parentPort?.postMessage(message);

function failure(thrown: unknown): Failure {
  if (!(thrown instanceof Error))
    return {
      errorType: typeof thrown,
      errorMessage: String(thrown),
      trace: [],
    };
  return {
    errorType: thrown.name,
    errorMessage: thrown.message,
    trace: (thrown.stack ?? '').split('\n'),
  };
}

function context({ requestId, deadline }: Invocation): Context {
  const unsupported = () => {
    throw new Error('Callbacks are gone from the runtime: return a promise.');
  };
  return {
    awsRequestId: requestId,
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${functionName}`,
    memoryLimitInMB: String(memoryMegabytes),
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: 'local',
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    done: unsupported,
    fail: unsupported,
    succeed: unsupported,
  };
}

async function serve(handler: Handler, invocation: Invocation): Promise<void> {
  try {
    const result = await handler(JSON.parse(invocation.payload), context(invocation));
    answer({ kind: 'result', payload: JSON.stringify(result) ?? 'null' });
  } catch (thrown) {
    answer({ kind: 'error', error: failure(thrown) });
  }
}

try {
  const { handler } = (await import(pathToFileURL(bundle).href)) as {
    handler?: Handler;
  };
  if (typeof handler !== 'function') throw new TypeError(`${functionName} exports no handler.`);
  parentPort?.on('message', (invocation: Invocation) => serve(handler, invocation));
  answer({ kind: 'ready' });
} catch (thrown) {
  answer({ kind: 'broken', error: failure(thrown) });
}

// Calls one handler again and again and says how long its statements were under way. Its thread has the environment of
// the function, and runs the source, whose `pg` can be watched: in a bundle it cannot be reached.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import pg from 'pg';

export interface Calls {
  functionId: string;
  events: readonly unknown[];
}

/** Of one call. */
export interface Spent {
  /** Milliseconds while at least one statement had no answer yet. */
  database: number;
  statements: number;
}

const { functionId, events } = workerData as Calls;

let spent: Spent = { database: 0, statements: 0 };
let underWay = 0;
let since = 0;

const started = () => {
  if (underWay === 0) since = performance.now();
  underWay += 1;
  spent.statements += 1;
};

const ended = () => {
  underWay -= 1;
  if (underWay === 0) spent.database += performance.now() - since;
};

type Query = (...values: unknown[]) => unknown;
const prototype = pg.Client.prototype as unknown as { query: Query };
const { query } = prototype;

/** A callback comes last, or there is a promise. */
prototype.query = function watched(...values) {
  started();
  const callback = values.at(-1);
  if (typeof callback === 'function') {
    values[values.length - 1] = (...answer: unknown[]) => {
      ended();
      callback(...answer);
    };
    return query.apply(this, values);
  }
  const answer = query.apply(this, values) as Promise<unknown>;
  answer.then(ended, ended);
  return answer;
};

const file = resolve(import.meta.dirname, `../../../functions/${functionId}.ts`);
const { handler } = await import(pathToFileURL(file).href);

const all: Spent[] = [];
for (const event of events) {
  spent = { database: 0, statements: 0 };
  const { statusCode, body } = await handler(event, {});
  if (statusCode >= 300) throw new Error(`${functionId} answered ${statusCode}: ${body}`);
  all.push(spent);
}
parentPort?.postMessage(all);

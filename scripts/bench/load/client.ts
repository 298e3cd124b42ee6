// Runs in a thread of its own, so that the client does not wait for the gateway's turns of the event loop, nor it for
// the client's.
import { parentPort, workerData } from 'node:worker_threads';
import autocannon, { type Request } from 'autocannon';

export interface Load {
  url: string;
  connections: number;
  seconds: number;
  /** Sent in turns, over all connections together. */
  requests: readonly Request[];
}

export interface Loaded {
  /** Milliseconds of each answer. */
  times: number[];
  seconds: number;
  /** How many answers had each status. */
  statuses: Record<number, number>;
  failures: number;
}

const { url, connections, seconds, requests } = workerData as Load;

let sent = 0;
const next = (request: Request): Request => {
  sent += 1;
  return requests[sent % requests.length] ?? request;
};

const running = autocannon({ url, connections, duration: seconds, requests: [{ setupRequest: next }] });
const times: number[] = [];
const statuses: Record<number, number> = {};
running.on('response', (_, status, __, milliseconds) => {
  times.push(milliseconds);
  statuses[status] = (statuses[status] ?? 0) + 1;
});
const { errors, timeouts, duration } = await running;
parentPort?.postMessage({ times, statuses, seconds: duration, failures: errors + timeouts } satisfies Loaded);

/**
 * Runs a built function in a process that dies before its n-th writing to the outside. Between two writings nothing
 * changes that could be seen from outside, so these are all the moments at which a crash differs: before and after each
 * statement, COMMIT and send.
 *
 * Reads `{ bundle, warmUps, event, dieAt }` from its standard input, writes `{ answer, writings, megabytes }`.
 */
import { flushCompileCache } from 'node:module';
import { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { peakMegabytes } from '../../scripts/bench/peak-memory.ts';

export interface Task {
  bundle: string;
  /** Events that come first, so that connections are open when writings begin to count. */
  warmUps: readonly unknown[];
  event: unknown;
  /** 0 lives. */
  dieAt: number;
}

export interface Outcome {
  answer: unknown;
  writings: number;
  megabytes: number;
}

const { bundle, warmUps, event, dieAt }: Task = JSON.parse(await text(process.stdin));

let writings = Number.NEGATIVE_INFINITY;

const original: (this: Socket, ...given: unknown[]) => unknown = Reflect.get(
  Socket.prototype,
  '_writeGeneric',
);
Object.defineProperty(Socket.prototype, '_writeGeneric', {
  value(this: Socket, ...given: unknown[]) {
    writings += 1;
    if (writings === dieAt) process.kill(process.pid, 'SIGKILL');
    return original.apply(this, given);
  },
});

const context = { getRemainingTimeInMillis: () => 29_000 };
const { handler } = await import(pathToFileURL(bundle).href);
for (const one of warmUps) await handler(one, context);
// Who is killed would leave nothing of it to the next.
flushCompileCache();
writings = 0;
try {
  const answer = await handler(event, context);
  const outcome: Outcome = { answer, writings, megabytes: peakMegabytes() };
  process.stdout.write(JSON.stringify(outcome), () => process.exit());
} catch (error) {
  process.stdout.write(String(error), () => process.exit(1));
}

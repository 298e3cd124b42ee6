import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from './servers/processes.ts';

/** What was started, to be stopped in the reverse order; a part that hangs does not keep the others running. */
export interface Teardown {
  add: (what: string, stop: () => unknown) => void;
  run: () => Promise<void>;
}

const patienceSeconds = 45;

export function createTeardown(log: Log): Teardown {
  const parts: { what: string; stop: () => unknown }[] = [];
  let running: Promise<void> | undefined;

  const stopOne = async ({ what, stop }: (typeof parts)[number]) => {
    const overdue = Symbol('overdue');
    try {
      const stopped = Promise.race([stop(), sleep(patienceSeconds * 1000, overdue, { ref: false })]);
      if ((await stopped) === overdue) log(`${what} did not stop in ${patienceSeconds} s.`);
    } catch (error) {
      log(`${what} did not stop cleanly: ${error}`);
    }
  };
  const stopAll = async () => {
    for (let part = parts.pop(); part; part = parts.pop()) await stopOne(part);
  };
  return {
    add: (what, stop) => parts.push({ what, stop }),
    run: () => {
      running ??= stopAll();
      return running;
    },
  };
}

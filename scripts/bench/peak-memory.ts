import { readFileSync } from 'node:fs';

/** The most memory that this program has had, in MB. `getrusage` also counts what its parent had when it forked. */
export const peakMegabytes = (): number =>
  Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024;

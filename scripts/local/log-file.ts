import { createWriteStream, existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Log } from './servers/processes.ts';

const largest = 20 * 1024 * 1024;

/** A log that goes to a file, line by line with the time; a large one is set aside first, as `.1`. */
export function openLogFile(file: string): { log: Log; close: () => Promise<void> } {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  if (existsSync(file) && statSync(file).size > largest) renameSync(file, `${file}.1`);
  const stream = createWriteStream(file, { flags: 'a', mode: 0o600 });
  // A full disk must not end the platform.
  stream.on('error', () => undefined);
  return {
    log: (line) => {
      if (stream.writable) stream.write(`${new Date().toISOString()} ${line}\n`);
    },
    close: () => new Promise((resolve) => stream.end(() => resolve())),
  };
}

/** What the wrappers' tests share: lines that were logged, and a table to see which effects stand. */
import { onTestFinished, vi } from 'vitest';
import type { Row } from './database.ts';

/** The lines that are logged until the test ends, parsed, and as they were written. */
export const captureLog = () => {
  const written: string[] = [];
  const spy = vi.spyOn(console, 'log').mockImplementation((line: unknown) => void written.push(String(line)));
  onTestFinished(() => spy.mockRestore());
  return {
    lines: (): Row[] => written.map((line) => JSON.parse(line)),
    text: () => written.join('\n'),
  };
};

/** An error with a code, as the driver and the SDK throw them. */
export const coded = (code: string, message = 'a message that nobody must see'): Error =>
  Object.assign(new Error(message), { code });

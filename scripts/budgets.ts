import { build, type FunctionSize } from './build.ts';

/** API Gateway waits for a cold function: what it reads before it answers is what its caller waits for. */
const httpEntryBudget = 300 * 1024;

const kilobytes = (bytes: number) => (bytes / 1024).toFixed(1);

const row = (name: string, entry: string, lazy: string) =>
  `${name.padEnd(36)}${entry.padStart(10)}${lazy.padStart(10)}`;

/** One line a function: KB read at start, KB that only some calls read. */
export const sizeTable = (sizes: readonly FunctionSize[]): string =>
  [
    row('function', 'entry KB', 'lazy KB'),
    ...sizes.map(({ name, entryBytes, lazyBytes }) => row(name, kilobytes(entryBytes), kilobytes(lazyBytes))),
  ].join('\n');

/** One sentence for every HTTP function whose entry is over its budget. */
export const overBudget = (sizes: readonly FunctionSize[]): string[] =>
  sizes
    .filter(({ kind, entryBytes }) => kind === 'http' && entryBytes > httpEntryBudget)
    .map(
      ({ name, entryBytes }) =>
        `${name} reads ${kilobytes(entryBytes)} KB at start, over its budget of ${kilobytes(httpEntryBudget)} KB`,
    );

if (import.meta.main) {
  const sizes = await build();
  console.log(sizeTable(sizes));
  const offenders = overBudget(sizes);
  for (const offender of offenders) console.error(offender);
  if (offenders.length > 0) process.exitCode = 1;
}

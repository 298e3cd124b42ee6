import { settings } from '#shared/config.ts';

const levels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
type Level = Exclude<(typeof levels)[number], 'silent'>;

/** One line of JSON. Fields are chosen by the caller; bodies, headers and parameters are never among them. */
export const log = (level: Level, message: string, fields: Record<string, unknown> = {}): void => {
  if (levels.indexOf(level) < levels.indexOf(settings().LOG_LEVEL)) return;
  console.log(JSON.stringify({ time: new Date().toISOString(), level, message, ...fields }));
};

const property = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null && key in value ? Reflect.get(value, key) : undefined;

/** The chain of causes, the outermost first. */
export const causes = (error: unknown): unknown[] => {
  const chain: unknown[] = [];
  for (let cause = error; cause !== undefined && chain.length < 10; cause = property(cause, 'cause')) {
    chain.push(cause);
  }
  return chain;
};

/** The first `code` in the chain of causes: PostgreSQL's SQLSTATE, Node's or the AWS SDK's. */
export const codeOf = (error: unknown): string | undefined =>
  causes(error)
    .map((cause) => property(cause, 'code'))
    .find((code) => typeof code === 'string');

/** Where an error happened. Its stack repeats its message, whose lines may look like places, so they are cut off first. */
const placesOf = ({ stack = '', message }: Error): string[] => {
  const start = stack.indexOf(message);
  const places = start < 0 ? '' : stack.slice(start + message.length);
  return (places.match(/^\s+at .*$/gm) ?? []).slice(0, 6);
};

/**
 * What may be said of an error in a log: its name, code and where it happened. Not its message: a database error
 * repeats the values of the statement, passwords' hashes and keys among them.
 */
export const describe = (error: unknown): Record<string, unknown> => ({
  error: error instanceof Error ? error.name : typeof error,
  code: codeOf(error),
  constraint: causes(error)
    .map((cause) => property(cause, 'constraint'))
    .find((name) => typeof name === 'string'),
  at: causes(error).flatMap((cause) => (cause instanceof Error ? placesOf(cause) : [])),
});

/** Rows by the thousand, in PostgreSQL's text format of COPY. */
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { connectionOf, type Db } from './client.ts';

/** A value of COPY's text format that needs no escapes: numbers, times, words of ours; null is `\N`. */
export type Field = string | number | null;

/** A row, and the line that follows it. */
export const copyLine = (fields: readonly Field[]): string => {
  let line = '';
  for (const field of fields) line += line === '' ? (field ?? '\\N') : `\t${field ?? '\\N'}`;
  return `${line}\n`;
};

/** So many characters are sent at once. */
const chunk = 65_536;

/** Lines that have been sent, and that PostgreSQL may still be working on: until it is done the connection is taken. */
export interface Sent {
  done: Promise<void>;
}

/**
 * Sends lines to a table, within the open transaction. They are sent as they are made, so that PostgreSQL works on those
 * before meanwhile.
 *
 * @param lines made one by one as the table takes them
 */
export const sendLines = async (
  db: Db,
  table: string,
  columns: readonly string[],
  lines: Iterable<string>,
): Promise<Sent> => {
  // Most changes are too small for COPY: who never needs it does not load it.
  const open = async () => {
    // By its default export, which is all that a bundle of it has.
    const { default: streams } = await import('pg-copy-streams');
    const stream = connectionOf(db).query(streams.from(`COPY ${table} (${columns.join(', ')}) FROM STDIN`));
    const done = finished(stream);
    // Whoever waits for it hears of a failure; until then it must not end the process.
    done.catch(() => undefined);
    return { stream, done };
  };
  let text = '';
  let copy: Awaited<ReturnType<typeof open>> | undefined;
  for (const line of lines) {
    text += line;
    if (text.length < chunk) continue;
    copy ??= await open();
    // Waiting also lets what was written before go out.
    if (!copy.stream.write(text)) await once(copy.stream, 'drain');
    text = '';
  }
  if (copy === undefined && text === '') return { done: Promise.resolve() };
  copy ??= await open();
  copy.stream.end(text);
  return { done: copy.done };
};

/** Writes lines into a table, within the open transaction; done when PostgreSQL has them. */
export const copyLines = async (...what: Parameters<typeof sendLines>): Promise<void> => {
  const { done } = await sendLines(...what);
  await done;
};

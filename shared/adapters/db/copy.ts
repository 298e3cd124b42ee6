/** Rows by the thousand, in PostgreSQL's text format of COPY. */
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import type { CopyStreamQuery } from 'pg-copy-streams';
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

/**
 * Writes lines into a table, within the open transaction. They are sent as they are made, so that PostgreSQL works on those
 * before meanwhile.
 *
 * @param lines made one by one as the table takes them
 */
export const copyLines = async (
  db: Db,
  table: string,
  columns: readonly string[],
  lines: Iterable<string>,
): Promise<void> => {
  // Most changes are too small for COPY: who never needs it does not load it.
  const open = async () => {
    // By its default export, which is all that a bundle of it has.
    const { default: streams } = await import('pg-copy-streams');
    return connectionOf(db).query(streams.from(`COPY ${table} (${columns.join(', ')}) FROM STDIN`));
  };
  let text = '';
  let stream: CopyStreamQuery | undefined;
  for (const line of lines) {
    text += line;
    if (text.length < chunk) continue;
    stream ??= await open();
    // Waiting also lets what was written before go out.
    if (!stream.write(text)) await once(stream, 'drain');
    text = '';
  }
  if (stream === undefined && text === '') return;
  stream ??= await open();
  stream.end(text);
  await finished(stream);
};

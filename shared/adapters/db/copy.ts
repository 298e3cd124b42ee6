/** Rows by the thousand, in PostgreSQL's text format of COPY. */
import { finished } from 'node:stream/promises';
import { from } from 'pg-copy-streams';
import type { Db } from './client.ts';
import { connectionOf } from './connection.ts';

/** A value of COPY's text format that needs no escapes: numbers, times, words of ours; null is `\N`. */
export type Field = string | number | null;

/** A row, and the line that follows it. */
export const copyLine = (fields: readonly Field[]): string => {
  let line = '';
  for (const field of fields) line += line === '' ? (field ?? '\\N') : `\t${field ?? '\\N'}`;
  return `${line}\n`;
};

/** Writes lines into a table, within the open transaction; done when PostgreSQL has them. */
export const copyLines = async (
  db: Db,
  table: string,
  columns: readonly string[],
  lines: readonly string[],
): Promise<void> => {
  if (lines.length === 0) return;
  const stream = connectionOf(db).query(from(`COPY ${table} (${columns.join(', ')}) FROM STDIN`));
  stream.end(lines.join(''));
  await finished(stream);
};

/** Rows by the thousand, in PostgreSQL's formats of COPY. */
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

type Piece = string | Uint8Array;

/** Begins a COPY. Most changes are too small for one: who never needs it does not load it. */
const open = async (db: Db, target: string) => {
  // By its default export, which is all that a bundle of it has.
  const { default: streams } = await import('pg-copy-streams');
  const stream = connectionOf(db).query(streams.from(`COPY ${target}`));
  const done = finished(stream);
  // Whoever waits for it hears of a failure; until then it must not end the process.
  done.catch(() => undefined);
  return { stream, done };
};

/** Sends pieces as they are made, so that PostgreSQL works on those before meanwhile. Where there is none, nothing is sent. */
const send = async (db: Db, target: string, pieces: Iterable<Piece>): Promise<void> => {
  let copy: Awaited<ReturnType<typeof open>> | undefined;
  for (const piece of pieces) {
    copy ??= await open(db, target);
    // Waiting also lets what was written before go out.
    if (!copy.stream.write(piece)) await once(copy.stream, 'drain');
  }
  copy?.stream.end();
  await copy?.done;
};

/** Lines, as many together as make a message worth sending. */
function* chunksOf(lines: Iterable<string>): Generator<string> {
  let text = '';
  for (const line of lines) {
    text += line;
    if (text.length < chunk) continue;
    yield text;
    text = '';
  }
  if (text !== '') yield text;
}

/**
 * Writes lines into a table, within the open transaction; done when PostgreSQL has them.
 *
 * @param lines made one by one as the table takes them
 */
export const copyLines = (
  db: Db,
  table: string,
  columns: readonly string[],
  lines: Iterable<string>,
): Promise<void> => send(db, `${table} (${columns.join(', ')}) FROM STDIN`, chunksOf(lines));

/** What comes before and behind rows in COPY's binary format. */
const binaryStart = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const binaryEnd = Buffer.from([0xff, 0xff]);

function* framed(rows: Uint8Array): Generator<Uint8Array> {
  if (rows.length > 0) yield* [binaryStart, rows, binaryEnd];
}

/** As `copyLines`, for any number of rows in COPY's binary format. They stay as they are until it is done. */
export const copyRows = (
  db: Db,
  table: string,
  columns: readonly string[],
  rows: Uint8Array,
): Promise<void> => send(db, `${table} (${columns.join(', ')}) FROM STDIN (FORMAT binary)`, framed(rows));

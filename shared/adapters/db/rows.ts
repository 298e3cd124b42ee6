import { type SQL, sql } from 'drizzle-orm';
import type { Db } from './client.ts';

/** One column of many rows at once: its name, its type in PostgreSQL, its values as PostgreSQL reads them. */
export type Column = readonly [name: string, type: string, values: readonly unknown[]];

/** Makes columns of some rows. */
export const columnOf =
  <T>(rows: readonly T[]) =>
  (name: string, type: string, value: (row: T) => unknown): Column => [name, type, rows.map(value)];

/** Up to so many rows are written out: PostgreSQL plans and reads them quicker than arrays. */
const few = 3;

/**
 * Rows for a FROM clause, named `given`. Parameters are arrays, one a column, so that a batch of any size is one statement
 * of few parameters; some single rows are values.
 */
export const unnest = (columns: readonly Column[]): SQL => {
  const names = sql.raw(columns.map(([name]) => `"${name}"`).join(', '));
  const length = columns[0]?.[2].length ?? 0;
  if (length > 0 && length <= few) {
    const row = (place: number) =>
      sql`(${sql.join(
        columns.map(([, type, values]) => sql`${sql.param(values[place])}::${sql.raw(type)}`),
        sql`, `,
      )})`;
    const rows = Array.from({ length }, (_, place) => row(place));
    return sql`(VALUES ${sql.join(rows, sql`, `)}) AS given (${names})`;
  }
  const arrays = columns.map(([, type, values]) => sql`${sql.param([...values])}::${sql.raw(type)}[]`);
  return sql`unnest(${sql.join(arrays, sql`, `)}) AS given (${names})`;
};

const batch = 5_000;

/** Inserts many rows with few statements. */
export const insertRows = async (db: Db, table: string, columns: readonly Column[]): Promise<void> => {
  const length = columns[0]?.[2].length ?? 0;
  const names = sql.raw(columns.map(([name]) => `"${name}"`).join(', '));
  for (let start = 0; start < length; start += batch) {
    const part = columns.map(
      ([name, type, values]): Column => [name, type, values.slice(start, start + batch)],
    );
    await db.execute(sql`INSERT INTO ${sql.raw(table)} (${names}) SELECT ${names} FROM ${unnest(part)}`);
  }
};

import { type SQL, sql } from 'drizzle-orm';
import type { Db } from './client.ts';

/** One column of many rows at once: its name, its type in PostgreSQL, its values as PostgreSQL reads them. */
export type Column = readonly [name: string, type: string, values: readonly unknown[]];

/** Makes columns of some rows. */
export const columnOf =
  <T>(rows: readonly T[]) =>
  (name: string, type: string, value: (row: T) => unknown): Column => [name, type, rows.map(value)];

/** Up to so many rows are one parameter: many are quicker made, sent and read as arrays, but each costs before the first row. */
const few = 3;

const jsonOf = (value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

/**
 * Rows for a FROM clause, named `given`. Parameters are arrays, one a column, so that a batch of any size is one statement
 * of few parameters; some single rows are values.
 */
export const unnest = (columns: readonly Column[]): SQL => {
  const names = sql.raw(columns.map(([name]) => `"${name}"`).join(', '));
  const length = columns[0]?.[2].length ?? 0;
  if (length > 0 && length <= few) {
    const rows = Array.from({ length }, (_, place) =>
      Object.fromEntries(columns.map(([name, , values]) => [name, jsonOf(values[place])])),
    );
    const typed = sql.raw(columns.map(([name, type]) => `"${name}" ${type}`).join(', '));
    return sql`json_to_recordset(${JSON.stringify(rows)}::json) AS given (${typed})`;
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

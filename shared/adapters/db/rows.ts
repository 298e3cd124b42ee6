import { type SQL, sql } from 'drizzle-orm';
import type { Db } from './client.ts';

/** One column of many rows at once: its name, its type in PostgreSQL, its values as PostgreSQL reads them. */
export type Column = readonly [name: string, type: string, values: readonly unknown[]];

/** Makes columns of some rows. */
export const columnOf =
  <T>(rows: readonly T[]) =>
  (name: string, type: string, value: (row: T) => unknown): Column => [name, type, rows.map(value)];

/** Parameters are arrays, one a column, so a batch of any size is one statement of few parameters. */
export const unnest = (columns: readonly Column[]): SQL =>
  sql`unnest(${sql.join(
    columns.map(([, type, values]) => sql`${sql.param([...values])}::${sql.raw(type)}[]`),
    sql`, `,
  )}) AS given (${sql.raw(columns.map(([name]) => `"${name}"`).join(', '))})`;

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

/** What the code believes of the tables, and what the migrations made of them. */
import { toSnakeCase } from 'drizzle-orm/casing';
import { describe, expect, test } from 'vitest';
import { openDatabase } from '../support/database.ts';
import { declaredTables } from '../support/tables.ts';

const { rows } = openDatabase();

/** Every column of a table: its type as PostgreSQL writes it, and whether it may be left out or null. */
const columnsOf = (table: string) =>
  rows(
    `SELECT attname AS name, format_type(atttypid, atttypmod) AS type, attnotnull AS required,
       atthasdef OR attidentity <> '' AS filled
     FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attname`,
    [table],
  );

const byName = (left: { name: string }, right: { name: string }) => (left.name < right.name ? -1 : 1);

test('the code knows every table that there is, and no other', async () => {
  const made = await rows(
    `SELECT table_name FROM information_schema.tables
     WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name <> 'schema_migrations'`,
  );
  expect(declaredTables.map(({ name }) => name).sort()).toEqual(
    made.map(({ table_name }) => table_name).sort(),
  );
});

describe.each(declaredTables.map((table) => [table.name, table] as const))('%s', (name, table) => {
  test('has the same columns, types, nullability and defaults', async () => {
    const believed = table.columns.map((column) => ({
      name: toSnakeCase(column.name),
      type: column.getSQLType().replace(', ', ','),
      required: column.notNull,
      filled: column.hasDefault || column.generatedIdentity !== undefined,
    }));
    expect(believed.sort(byName)).toEqual(await columnsOf(name));
  });

  test('has the same primary key', async () => {
    const inline = table.columns.filter((column) => column.primary);
    const columns = table.primaryKeys[0]?.columns ?? inline;
    const [key] = await rows(
      `SELECT array_agg(attname::text ORDER BY place) AS columns
       FROM pg_index CROSS JOIN LATERAL unnest(indkey::int[]) WITH ORDINALITY AS key (number, place)
       JOIN pg_attribute ON attrelid = indrelid AND attnum = key.number
       WHERE indisprimary AND indrelid = $1::regclass`,
      [name],
    );
    expect(columns.map((column) => toSnakeCase(column.name))).toEqual(key?.columns);
  });

  test('allows the same words where a column takes only some', async () => {
    const believed = table.columns
      .filter((column) => column.enumValues)
      .map((column) => [toSnakeCase(column.name), [...(column.enumValues ?? [])].sort()]);
    const checks = await rows(
      `SELECT attname AS column, pg_get_constraintdef(pg_constraint.oid) AS definition
       FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
       WHERE conrelid = $1::regclass AND contype = 'c' AND pg_get_constraintdef(pg_constraint.oid) LIKE '%ANY (ARRAY[%'`,
      [name],
    );
    const made = checks.map(({ column, definition }) => [
      column,
      [...definition.matchAll(/'([^']*)'::text/g)].map(([, word]) => word).sort(),
    ]);
    expect(believed.sort()).toEqual(made.sort());
  });
});

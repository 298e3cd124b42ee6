import { is, type Table } from 'drizzle-orm';
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core';
import * as schema from '#shared/adapters/db/schema/index.ts';

/** Every table as the code declares it. */
export const declaredTables = Object.values<unknown>(schema)
  .filter((value): value is PgTable => is(value, PgTable as unknown as typeof Table))
  .map(getTableConfig);

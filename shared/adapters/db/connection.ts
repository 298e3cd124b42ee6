/** The driver beneath a transaction, for what a query builder has no words for: cursors and COPY. */
import type pg from 'pg';
import type { Db } from './client.ts';

/** Gives every value as PostgreSQL writes it: the reader knows the columns. */
const asText: pg.CustomTypesConfig = { getTypeParser: () => (text: string) => text };

/**
 * The connection that an open transaction runs on.
 *
 * @throws Error when there is no transaction: what it runs would go over any connection
 */
export const connectionOf = (db: Db): pg.ClientBase => {
  const { client } = (db as unknown as { session: { client: pg.ClientBase | pg.Pool } }).session;
  if ('totalCount' in client) throw new Error('this needs an open transaction');
  return client;
};

/** Rows as arrays of texts, in the order of the statement's columns: the form that costs least. */
export const textRows = async (
  client: pg.ClientBase,
  text: string,
  values?: unknown[],
): Promise<(string | null)[][]> => {
  const { rows } = await client.query({
    text,
    ...(values === undefined ? {} : { values }),
    rowMode: 'array',
    types: asText,
  });
  return rows;
};

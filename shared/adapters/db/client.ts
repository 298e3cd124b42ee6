import { type SQL, sql } from 'drizzle-orm';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { readSecret } from '#shared/adapters/secrets.ts';

/** A connection or an open transaction: queries take either. */
export type Db = Pick<
  NodePgDatabase,
  'select' | 'selectDistinct' | 'insert' | 'update' | 'delete' | 'execute' | 'transaction'
>;

/** A pool of one: a Lambda environment serves one request at a time. Fit for PgBouncer in transaction mode. */
export const createPool = (connectionString: string, max = 1): pg.Pool => {
  const pool = new pg.Pool({
    connectionString,
    max,
    min: 0,
    idleTimeoutMillis: 120_000,
    connectionTimeoutMillis: 3_000,
    query_timeout: 55_000,
    application_name: 'bagtracker',
  });
  // A connection that the server closes, idle or between two statements, must not end the process: the next query
  // fails, or connects anew.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
};

/**
 * For the rest of a transaction: within a second of whoever asked having gone away, the statement under way is ended, and all
 * is undone. Else PostgreSQL would find out when it has the answer, and hold every lock until then.
 */
export const whileConnected = sql`set_config('client_connection_check_interval', '1s', true)`;

export const createDb = (pool: pg.Pool) => drizzle(pool, { casing: 'snake_case' });

let connected: Promise<Db> | undefined;
let connections = new Set<pg.PoolClient>();

const connect = async (): Promise<Db> => {
  const { url } = await readSecret<{ url: string }>('database');
  const pool = createPool(url);
  const own = new Set<pg.PoolClient>();
  connections = own;
  pool.on('connect', (client) => {
    own.add(client);
    // drizzle never gives a client back whose BEGIN fails: the pool would be full of a dead one for ever.
    client.once('end', () => {
      if (connections === own) connected = undefined;
    });
  });
  pool.on('remove', (client) => own.delete(client));
  return createDb(pool);
};

/** Cuts the connections of this environment off, whatever they are doing: uncommitted work is undone. */
export const abandonConnections = (): void => {
  connected = undefined;
  for (const client of connections) client.connection.stream.destroy();
};

/** The database of this Lambda environment, connected at the first call. */
export const db = (): Promise<Db> => {
  connected ??= connect().catch((error: unknown) => {
    connected = undefined;
    throw error;
  });
  return connected;
};

/** Runs a statement and gives its rows as they come from the driver: numerics as strings, bigints as strings. */
export const rowsOf = async <T extends Record<string, unknown>>(db: Db, statement: SQL): Promise<T[]> =>
  (await db.execute(statement)).rows as T[];

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

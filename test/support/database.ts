/** The platform's database, and databases of a test's own on the same server. */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, inject, onTestFinished } from 'vitest';
import { createDb, createPool } from '#shared/adapters/db/client.ts';
import { migrate } from '../../scripts/migrate.ts';

// biome-ignore lint/suspicious/noExplicitAny: rows of any table
export type Row = Record<string, any>;

const onServer = async (statement: string): Promise<void> => {
  const client = new pg.Client({ connectionString: inject('platform').databaseUrl });
  await client.connect();
  await client.query(statement).finally(() => client.end());
};

/** An empty database; `drop` ends whatever is still connected to it. */
export const createDatabase = async () => {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await onServer(`CREATE DATABASE ${name}`);
  const url = new URL(inject('platform').databaseUrl);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => onServer(`DROP DATABASE ${name} WITH (FORCE)`) };
};

/** An empty database for one test. */
export const emptyDatabase = async (): Promise<string> => {
  const { url, drop } = await createDatabase();
  onTestFinished(drop);
  return url;
};

/** A client for one test. */
export const connect = async (url: string): Promise<pg.Client> => {
  const client = new pg.Client({ connectionString: url });
  // Dropping the database ends the connection; that is not an error of the test.
  client.on('error', () => undefined);
  await client.connect();
  onTestFinished(() => client.end());
  return client;
};

export const rowsOf = async (client: pg.Client | pg.Pool, text: string, values: unknown[] = []) =>
  (await client.query<Row>(text, values)).rows;

/** A pool and what the product makes of it, until the file's tests are over; call it at the top of a file. */
export const openDatabase = (url = inject('platform').databaseUrl, connections = 4) => {
  const pool = createPool(url, connections);
  afterAll(() => pool.end());
  return { pool, db: createDb(pool), rows: (text: string, values?: unknown[]) => rowsOf(pool, text, values) };
};

/** A migrated database of the file's own, for what looks at whole tables; call it at the top of a file. */
export const ownDatabase = async () => {
  const { url, drop } = await createDatabase();
  afterAll(drop);
  await migrate(url);
  return { url, ...openDatabase(url) };
};

/** Inserts a row; gives all of it. */
export const insert = async (client: pg.Client | pg.Pool, table: string, values: Row): Promise<Row> => {
  const columns = Object.keys(values);
  const [row] = await rowsOf(
    client,
    `INSERT INTO ${table} (${columns.map((column) => `"${column}"`).join(', ')})
     VALUES (${columns.map((_, place) => `$${place + 1}`).join(', ')}) RETURNING *`,
    Object.values(values),
  );
  if (!row) throw new Error(`nothing was inserted into ${table}`);
  return row;
};

const random = (): string => randomBytes(10).toString('hex');

export const insertUser = (client: pg.Client | pg.Pool, values: Row = {}) => {
  const username = `u${random()}`;
  return insert(client, 'users', { username, email: `${username}@example.org`, ...values });
};

export const insertWallet = (client: pg.Client | pg.Pool, user: Row, values: Row = {}) =>
  insert(client, 'wallets', { user_id: user.id, name: 'Main', ...values });

export const insertChain = (client: pg.Client | pg.Pool, values: Row = {}) =>
  insert(client, 'chains', {
    public_id: random(),
    short_name: 'test',
    name: 'Test',
    kind: 'evm',
    explorer_url: 'https://example.org',
    explorer_tx_path: '/tx/',
    explorer_address_path: '/address/',
    finality_confirmations: 1,
    finality_unit: 'block',
    block_time_ms: 1000,
    ...values,
  });

export const insertToken = (client: pg.Client | pg.Pool, chain: Row, values: Row = {}) =>
  insert(client, 'tokens', {
    chain_id: chain.id,
    contract_address: `0x${random()}`,
    symbol: 'TST',
    name: 'Test',
    decimals: 18,
    ...values,
  });

/** What a source said that a token was worth at a time, as those who write prices leave it. */
export const insertPriceAt = async (
  client: pg.Client | pg.Pool,
  token: Row,
  at: Date,
  price: string | number,
  values: Row = {},
): Promise<Row> => {
  await client.query('UPDATE tokens SET last_price_at = greatest(last_price_at, $2) WHERE id = $1', [
    token.id,
    at,
  ]);
  return insert(client, 'token_prices', {
    ...{ token_id: token.id, price_at: at, price_usd: price, source: 'test' },
    ...values,
  });
};

export const insertBalance = (client: pg.Client | pg.Pool, wallet: Row, token: Row, values: Row = {}) =>
  insert(client, 'balances', {
    user_id: wallet.user_id,
    wallet_id: wallet.id,
    token_id: token.id,
    ...values,
  });

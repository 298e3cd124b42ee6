import pg from 'pg';
import { thePlatform } from '../support/the-platform.ts';

let pool: pg.Pool | undefined;

const newPool = (): pg.Pool => {
  const made = new pg.Pool({ connectionString: thePlatform().databaseUrl, max: 2, allowExitOnIdle: true });
  // Dropping a database of a test's own ends its connections; that is not an error of the test.
  made.on('error', () => undefined);
  return made;
};

/** Looks into the platform's database behind the API's back. Numbers come as strings, exactly. */
export const sql = async <Row extends object = Record<string, string>>(
  statement: string,
  parameters: readonly unknown[] = [],
): Promise<Row[]> => {
  pool ??= newPool();
  return (await pool.query<Row>(statement, [...parameters])).rows;
};

const tables = [
  'balances',
  'declined_links',
  'idempotency_keys',
  'import_batches',
  'import_rows',
  'lot_matches',
  'lot_selections',
  'lots',
  'outbox',
  'portfolios',
  'price_overrides',
  'transactions',
  'users',
  'wallet_addresses',
  'wallets',
] as const;

/** How many rows of each table are a user's: to show that a request wrote nothing. */
export const rowsOf = async (user: { uuid: string }): Promise<Record<string, number>> => {
  const counts = tables.map((table) => {
    const own =
      table === 'users'
        ? 'uuid = $1::uuid'
        : table === 'idempotency_keys'
          ? 'scope = $1::uuid::text'
          : 'user_id = (SELECT id FROM users WHERE uuid = $1::uuid)';
    return `(SELECT count(*)::int FROM ${table} WHERE ${own}) AS ${table}`;
  });
  const [row] = await sql<Record<string, number>>(`SELECT ${counts.join(', ')}`, [user.uuid]);
  return row ?? {};
};

/** Every figure of a user's balances, lots and matches as text, for comparison bit by bit; without what tells of the writing. */
export const figuresOf = async (user: { uuid: string }): Promise<string[]> => {
  const rows = await sql<{ figures: string }>(
    `WITH own AS (SELECT * FROM balances WHERE user_id = (SELECT id FROM users WHERE uuid = $1::uuid))
     SELECT (to_jsonb(own) - '{version,updated_at,history_dirty_since,booked_at}'::text[])::text AS figures FROM own
     UNION ALL SELECT to_jsonb(lots)::text FROM lots WHERE balance_id IN (SELECT id FROM own)
     UNION ALL SELECT to_jsonb(lot_matches)::text FROM lot_matches WHERE balance_id IN (SELECT id FROM own)
     ORDER BY 1`,
    [user.uuid],
  );
  return rows.map(({ figures }) => figures);
};

/** How often each balance of a user has been written. */
export const versionsOf = (user: { uuid: string }) =>
  sql(
    'SELECT id, version FROM balances WHERE user_id = (SELECT id FROM users WHERE uuid = $1::uuid) ORDER BY id',
    [user.uuid],
  );

/** A token of a test's own, with a price of this moment that no other test sees. */
export const newToken = async (
  fields: { decimals?: number; priceUsd?: string; kind?: 'other' | 'stablecoin' | 'wrapped_native' } = {},
): Promise<{ uuid: string; contract_address: string }> => {
  const { decimals = 18, priceUsd = null, kind = 'other' } = fields;
  const [row] = await sql<{ uuid: string; contract_address: string }>(
    `INSERT INTO tokens (chain_id, contract_address, symbol, name, decimals, kind, current_price_usd, price_at, price_source)
     SELECT id, '0x' || left(md5(random()::text) || md5(random()::text), 40), 'TEST', 'Test token', $1, $2, $3,
       CASE WHEN $3::numeric IS NOT NULL THEN now() END, CASE WHEN $3::numeric IS NOT NULL THEN 'coingecko' END
     FROM chains WHERE public_id = '1' RETURNING uuid, contract_address`,
    [decimals, kind, priceUsd],
  );
  if (!row) throw new Error('INSERT returned no row');
  return row;
};

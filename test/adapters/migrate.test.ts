import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { migrate } from '../../scripts/migrate.ts';
import { connect, emptyDatabase, insert, insertChain, insertToken, rowsOf } from '../support/database.ts';
import { declaredTables } from '../support/tables.ts';

const tablesOf = async (url: string): Promise<string[]> => {
  const client = await connect(url);
  const rows = await rowsOf(
    client,
    `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY table_name`,
  );
  return rows.map(({ table_name }) => table_name);
};

const run = async (url: string, ...statements: string[]): Promise<void> => {
  const client = await connect(url);
  for (const statement of statements) await client.query(statement);
};

const everything = [...declaredTables.map(({ name }) => name), 'schema_migrations'].sort();

describe('up and down', () => {
  test('makes every table, takes them all back, and makes them again', async () => {
    const url = await emptyDatabase();
    const { applied } = await migrate(url);
    expect(applied.length).toBeGreaterThan(0);
    expect(await tablesOf(url)).toEqual(everything);
    expect(await migrate(url, { to: '' })).toEqual({ applied: [], reverted: applied.toReversed() });
    expect(await tablesOf(url)).toEqual(['schema_migrations']);
    expect(await migrate(url)).toEqual({ applied, reverted: [] });
    expect(await tablesOf(url)).toEqual(everything);
  });

  test('leaves no function, type or sequence of its own behind', async () => {
    const url = await emptyDatabase();
    const client = await connect(url);
    await client.query('CREATE EXTENSION timescaledb');
    const objects = async () =>
      rowsOf(
        client,
        `SELECT proname AS name FROM pg_proc WHERE pronamespace = 'public'::regnamespace
         UNION ALL SELECT typname FROM pg_type WHERE typnamespace = 'public'::regnamespace
         UNION ALL SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
         EXCEPT SELECT unnest(ARRAY['schema_migrations', '_schema_migrations', 'schema_migrations_pkey'])
         ORDER BY name`,
      );
    const before = await objects();
    await migrate(url);
    await migrate(url, { to: '' });
    expect(await objects()).toEqual(before);
    expect(await rowsOf(client, 'SELECT * FROM timescaledb_information.hypertables')).toEqual([]);
  });

  test('goes down over tables that hold rows and chunks', async () => {
    const url = await emptyDatabase();
    await migrate(url);
    await run(
      url,
      `INSERT INTO token_prices SELECT day, 1, 'test', 1
       FROM generate_series('2024-01-01'::timestamptz, '2024-03-01', '7 days') AS day`,
    );
    await migrate(url, { to: '' });
    expect(await tablesOf(url)).toEqual(['schema_migrations']);
  });

  test('a second time is a no-op that touches nothing', async () => {
    const url = await emptyDatabase();
    await migrate(url);
    const client = await connect(url);
    const history = () => rowsOf(client, 'SELECT version, checksum, applied_at FROM schema_migrations');
    const before = await history();
    expect(await migrate(url)).toEqual({ applied: [], reverted: [] });
    expect(await history()).toEqual(before);
    await migrate(url, { to: '' });
    expect(await migrate(url, { to: '' })).toEqual({ applied: [], reverted: [] });
  });

  test('knows the last price of each token, of those written before it was kept as well', async () => {
    const url = await emptyDatabase();
    await migrate(url, { to: '0014_lots_by_cost' });
    const client = await connect(url);
    const chain = await insertChain(client);
    const [often, lately, never] = [
      await insertToken(client, chain, { price_at: '2024-02-01T00:00Z' }),
      await insertToken(client, chain, { price_at: '2024-05-01T00:00Z' }),
      await insertToken(client, chain),
    ];
    for (const month of ['01', '03', '02'])
      await insert(client, 'token_prices', {
        ...{ token_id: often.id, price_at: `2024-${month}-01T00:00Z`, source: 'test', price_usd: 1 },
      });
    await migrate(url);
    expect(await rowsOf(client, 'SELECT id, last_price_at FROM tokens ORDER BY id')).toEqual([
      { id: often.id, last_price_at: new Date('2024-03-01T00:00Z') },
      { id: lately.id, last_price_at: new Date('2024-05-01T00:00Z') },
      { id: never.id, last_price_at: null },
    ]);
  });

  test('goes to a version by its name, and refuses one that does not exist', async () => {
    const url = await emptyDatabase();
    const { applied } = await migrate(url, { to: '0001_foundation' });
    expect(applied).toEqual(['0001_foundation']);
    await expect(migrate(url, { to: '0001' })).rejects.toThrow('There is no migration 0001.');
    expect(await tablesOf(url)).toContain('users');
  });
});

describe('two at once', () => {
  test('end in one application', async () => {
    const url = await emptyDatabase();
    const moved = await Promise.all([migrate(url), migrate(url), migrate(url)]);
    const applied = moved.flatMap((one) => one.applied);
    expect(applied).toEqual([...new Set(applied)]);
    expect(applied).toContain('0001_foundation');
    expect(await tablesOf(url)).toEqual(everything);
  });

  test('wait for each other instead of failing', async () => {
    const url = await emptyDatabase();
    const other = await connect(url);
    await other.query('BEGIN');
    await other.query(`SELECT pg_advisory_xact_lock(hashtextextended('bagtracker:migrate', 0))`);
    let done = false;
    const migrating = migrate(url).finally(() => {
      done = true;
    });
    const waits = async () =>
      (await rowsOf(other, `SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`)).length > 0;
    while (!(await waits())) await sleep(20);
    expect(done).toBe(false);
    await other.query('COMMIT');
    expect((await migrating).applied).toContain('0001_foundation');
  });
});

describe('what goes wrong', () => {
  test('refuses to go on, up or down, when an applied migration was edited', async () => {
    const url = await emptyDatabase();
    await migrate(url);
    await run(url, `UPDATE schema_migrations SET checksum = 'of another text'`);
    const refusal = 'Migration 0001_foundation was changed after it was applied: add a new one instead.';
    await expect(migrate(url)).rejects.toThrow(refusal);
    await expect(migrate(url, { to: '' })).rejects.toThrow(refusal);
    expect(await tablesOf(url)).toEqual(everything);
  });

  test('leaves nothing half-done when a migration fails near its end', async () => {
    const url = await emptyDatabase();
    await run(url, 'CREATE TABLE token_prices (in_the_way integer)');
    await expect(migrate(url)).rejects.toThrow('already exists');
    expect(await tablesOf(url)).toEqual(['token_prices']);
    await run(url, 'DROP TABLE token_prices');
    expect((await migrate(url)).applied).toContain('0001_foundation');
  });

  test('leaves everything as it was when a way down fails', async () => {
    const url = await emptyDatabase();
    await migrate(url);
    await run(url, 'CREATE VIEW in_the_way AS SELECT id FROM users');
    await expect(migrate(url, { to: '' })).rejects.toThrow('depend');
    await run(url, 'DROP VIEW in_the_way');
    expect(await tablesOf(url)).toEqual(everything);
    expect(await migrate(url)).toEqual({ applied: [], reverted: [] });
  });
});

describe('hypertables', () => {
  const days = (interval: { days: number }) => interval.days;

  test('the histories and the prices really are, with chunks of four weeks, and of one', async () => {
    const url = await emptyDatabase();
    await migrate(url);
    const client = await connect(url);
    const dimensions = await rowsOf(
      client,
      `SELECT hypertable_name, column_name, time_interval FROM timescaledb_information.dimensions
       JOIN timescaledb_information.hypertables USING (hypertable_schema, hypertable_name) ORDER BY 1`,
    );
    expect(dimensions.map((row) => [row.hypertable_name, row.column_name, days(row.time_interval)])).toEqual([
      ['balances_history', 'snapshot_date', 28],
      ['cex_balances_history', 'snapshot_date', 28],
      ['nft_balances_history', 'snapshot_date', 28],
      ['token_prices', 'price_at', 7],
    ]);
  });

  test('the primary key of a history is its date and then its id', async () => {
    const url = await emptyDatabase();
    await migrate(url);
    const client = await connect(url);
    const keys = await rowsOf(
      client,
      `SELECT indrelid::regclass::text AS name, array_agg(attname::text ORDER BY place) AS columns
       FROM pg_index CROSS JOIN LATERAL unnest(indkey::int[]) WITH ORDINALITY AS key (number, place)
       JOIN pg_attribute ON attrelid = indrelid AND attnum = key.number
       WHERE indisprimary AND indrelid = ANY(ARRAY['balances_history', 'cex_balances_history',
         'nft_balances_history', 'token_prices']::regclass[])
       GROUP BY 1 ORDER BY 1`,
    );
    expect(keys.map(({ name, columns }) => [name, ...columns])).toEqual([
      ['balances_history', 'snapshot_date', 'id'],
      ['cex_balances_history', 'snapshot_date', 'id'],
      ['nft_balances_history', 'snapshot_date', 'id'],
      ['token_prices', 'price_at', 'token_id', 'source'],
    ]);
  });
});

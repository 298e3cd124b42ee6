import type pg from 'pg';

/** Rows a second of one INSERT … SELECT from a table that has its rows ready, in the key's order, into one with their key. */
const insertReady = async (pool: pg.Pool, rows: string, index?: string): Promise<number> => {
  await pool.query(`CREATE TABLE ready_rows AS ${rows} ORDER BY snapshot_date, id`);
  await pool.query('CREATE TABLE bare_rows (LIKE ready_rows, PRIMARY KEY (snapshot_date, id))');
  if (index) await pool.query(`CREATE INDEX ON bare_rows ${index}`);
  await pool.query('CHECKPOINT');
  const started = performance.now();
  const { rowCount } = await pool.query('INSERT INTO bare_rows SELECT * FROM ready_rows');
  const seconds = (performance.now() - started) / 1000;
  await pool.query('DROP TABLE ready_rows, bare_rows');
  return (rowCount ?? 0) / seconds;
};

/**
 * The bare cost of rows of history. Rows a second.
 *
 * @param which of them: a condition
 * @param index another one that they have, its columns and condition
 */
export const bareInsert = (pool: pg.Pool, which: string, index?: string): Promise<number> =>
  insertReady(pool, `SELECT * FROM balances_history WHERE ${which}`, index);

/** The bare cost of rows as wide as the original's, one a balance. Rows a second. */
export const wideInsert = (pool: pg.Pool): Promise<number> =>
  insertReady(
    pool,
    `SELECT '2024-05-01'::timestamptz AS snapshot_date, id, uuid, user_id, wallet_id, token_id, 1::bigint AS chain_id, id AS balance_id,
       'hourly' AS snapshot_type, amount, 2.5 AS price_usd, cost_basis_usd, realized_pnl_usd, 0.0 AS unrealized_pnl_usd,
       now() AS created_at FROM balances`,
  );

import type pg from 'pg';

/**
 * The bare cost of rows of history: one INSERT … SELECT from a table that has them ready, in the key's order, into one with
 * their key. Rows a second.
 *
 * @param which of them: a condition
 * @param index another one that they have, its columns and condition
 */
export const bareInsert = async (pool: pg.Pool, which: string, index?: string): Promise<number> => {
  await pool.query(
    `CREATE TABLE ready_rows AS SELECT * FROM balances_history WHERE ${which} ORDER BY snapshot_date, id`,
  );
  await pool.query('CREATE TABLE bare_rows (LIKE ready_rows, PRIMARY KEY (snapshot_date, id))');
  if (index) await pool.query(`CREATE INDEX ON bare_rows ${index}`);
  await pool.query('CHECKPOINT');
  const started = performance.now();
  const { rowCount } = await pool.query('INSERT INTO bare_rows SELECT * FROM ready_rows');
  const seconds = (performance.now() - started) / 1000;
  await pool.query('DROP TABLE ready_rows, bare_rows');
  return (rowCount ?? 0) / seconds;
};

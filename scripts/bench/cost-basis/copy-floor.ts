// What PostgreSQL alone costs: the same rows through COPY both ways, into the same tables, computing nothing.
import { finished } from 'node:stream/promises';
import type pg from 'pg';
import { from, to } from 'pg-copy-streams';

const tables = ['lots', 'lot_matches'];

const dump = async (client: pg.PoolClient, query: string): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of client.query(to(`COPY (${query}) TO STDOUT`))) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

const discard = async (client: pg.PoolClient, query: string): Promise<void> => {
  const stream = client.query(to(`COPY (${query}) TO STDOUT (FORMAT binary)`));
  stream.resume();
  await finished(stream);
};

const load = async (client: pg.PoolClient, table: string, rows: Buffer): Promise<void> => {
  const stream = client.query(from(`COPY ${table} FROM STDIN`));
  stream.end(rows);
  await finished(stream);
};

const withClient = async <T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> => {
  const client = await pool.connect();
  try {
    return await work(client);
  } finally {
    client.release();
  }
};

/**
 * Takes the lots and matches of a balance into memory, as text.
 *
 * @returns reads its transactions in order, writes those rows, and gives the seconds that this took in one transaction
 */
export const copyFloor = async (pool: pg.Pool, balanceId: number): Promise<() => Promise<number>> => {
  const rows = await withClient(pool, async (client) => {
    const dumps: Buffer[] = [];
    for (const table of tables)
      dumps.push(
        await dump(client, `SELECT * FROM ${table} WHERE balance_id = ${balanceId} ORDER BY sequence`),
      );
    return dumps;
  });
  return () =>
    withClient(pool, async (client) => {
      const start = performance.now();
      await client.query('BEGIN');
      await discard(
        client,
        `SELECT id, balance_id, transaction_type, "timestamp", block_number, transaction_index, source_key,
           transfer_index, raw_amount, price_usd, value_usd, fee_usd
         FROM transactions WHERE balance_id = ${balanceId} AND NOT is_deleted AND status = 'confirmed'
         ORDER BY "timestamp", block_number, transaction_index, source_key COLLATE "C", transfer_index, id`,
      );
      for (const [place, table] of tables.entries())
        await load(client, table, rows[place] ?? Buffer.alloc(0));
      await client.query('UPDATE balances SET dirty_since = NULL, version = version + 1 WHERE id = $1', [
        balanceId,
      ]);
      await client.query('COMMIT');
      return (performance.now() - start) / 1000;
    });
};

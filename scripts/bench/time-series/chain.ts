import type pg from 'pg';

/** The chain that all of it is on. */
export const newChain = async (pool: pg.Pool): Promise<string> => {
  const { rows } = await pool.query(
    `INSERT INTO chains (public_id, short_name, name, kind, explorer_url, explorer_tx_path, explorer_address_path,
                         finality_confirmations, finality_unit, block_time_ms)
     VALUES ('bench', 'bench', 'Bench', 'evm', 'https://example.org', '/tx/', '/address/', 1, 'block', 1000)
     RETURNING id`,
  );
  return rows[0].id;
};

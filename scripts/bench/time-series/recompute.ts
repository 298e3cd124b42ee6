// How fast history is made anew from a long ledger whose past has changed, and whose token has had prices all along.
import type pg from 'pg';
import { createDb } from '#shared/adapters/db/client.ts';
import { handleRecalculation } from '#shared/usecases/handle-recalculation.ts';
import { recomputeHistory } from '#shared/usecases/recompute-history.ts';
import type { Figure } from '../cost-basis/figures.ts';
import { bareInsert } from './bare-insert.ts';
import { newChain } from './chain.ts';

const transactions = 100_000;

/** A balance with so many transactions within the two years of which days are kept, and its token's prices as they are kept. */
const fill = async (pool: pg.Pool): Promise<{ id: string; uuid: string }> => {
  const chain = await newChain(pool);
  const { rows } = await pool.query(
    `WITH owner AS (INSERT INTO users (username, email) VALUES ('recompute', 'recompute') RETURNING id),
     wallet AS (INSERT INTO wallets (user_id, name) SELECT id, 'Main' FROM owner RETURNING id, user_id),
     token AS (INSERT INTO tokens (chain_id, contract_address, symbol, name, decimals)
       VALUES ($1, 'recompute', 'BENCH', 'Bench', 18) RETURNING id)
     INSERT INTO balances (user_id, wallet_id, token_id, dirty_since)
     SELECT wallet.user_id, wallet.id, token.id, '-infinity' FROM wallet, token RETURNING *`,
    [chain],
  );
  const [balance] = rows;
  await pool.query(
    `INSERT INTO token_prices (price_at, token_id, source, price_usd)
     SELECT at, $1, 'coingecko', 2000 + random() * 1000 FROM (
       SELECT generate_series(now() - interval '3 years', now() - interval '90 days', interval '1 day') AS at
       UNION SELECT generate_series(now() - interval '90 days', now() - interval '7 days', interval '1 hour')
       UNION SELECT generate_series(now() - interval '7 days', now(), interval '5 minutes')) AS kept`,
    [balance.token_id],
  );
  // The journal would take most of the time, and is nothing that is measured.
  await pool.query('ALTER TABLE transactions DISABLE TRIGGER USER');
  await pool.query(
    `INSERT INTO transactions (user_id, wallet_id, balance_id, chain_id, token_id, transaction_type, source, "timestamp",
                               raw_amount, amount, recorded_as, price_usd)
     SELECT $1, $2, $3, $4, $5, CASE WHEN nth % 3 = 0 THEN 'SELL' ELSE 'BUY' END, 'chain',
       now() - interval '700 days' + nth * interval '10 minutes', nth % 5 * 1e18 + 1, (nth % 5 * 1e18 + 1) * 1e-18,
       'raw_amount', 2000 + nth % 1000
     FROM generate_series(1, $6::int) AS nth`,
    [balance.user_id, balance.wallet_id, balance.id, chain, balance.token_id, transactions],
  );
  await pool.query('ALTER TABLE transactions ENABLE TRIGGER USER');
  return balance;
};

/** @param pool of two connections, to a database with no balances but its own */
export async function* recomputeFigures(pool: pg.Pool): AsyncGenerator<Figure> {
  const db = createDb(pool);
  const { id, uuid } = await fill(pool);
  await handleRecalculation(db, uuid);
  const recompute = async (): Promise<number> => {
    const started = performance.now();
    let written = 0;
    for (let balances = 0; balances === 0; ) {
      const done = await recomputeHistory(db, new Date());
      balances = done.balances;
      written += done.written;
    }
    return written / ((performance.now() - started) / 1000);
  };
  // The first makes the chunks.
  await recompute();
  await pool.query('DELETE FROM balances_history');
  await pool.query(`UPDATE balances SET history_dirty_since = '-infinity' WHERE id = $1`, [id]);
  for (const table of ['balances_history', 'token_prices', 'transactions', 'lots', 'lot_matches'])
    await pool.query(`VACUUM (ANALYZE) ${table}`);
  const rate = await recompute();
  const bare = await bareInsert(pool, 'true', '(id, snapshot_date) WHERE id % 8 = 0');
  yield { name: 'recompute_100k', value: rate, unit: 'rows/s', baseline: bare };
}

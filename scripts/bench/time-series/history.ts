// How long history takes to read: the use cases behind the endpoints, in a warm process, over one connection.
import type pg from 'pg';
import { createDb } from '#shared/adapters/db/client.ts';
import { requirePortfolio } from '#shared/adapters/db/portfolios.ts';
import { requireWallet } from '#shared/adapters/db/wallet-access.ts';
import { shardSize } from '#shared/domain/snapshot.ts';
import { allSums } from '#shared/usecases/read-history.ts';
import type { Figure } from '../cost-basis/figures.ts';
import { newChain } from './chain.ts';

const dayMs = 86_400_000;
const held = 20;
const rounds = 200;

/** Balances of a new user in one wallet, in tokens of their own, each with a lot that is older than a year. */
const newHoldings = async (pool: pg.Pool, chain: string, balances: number) => {
  const { rows } = await pool.query(
    `WITH owner AS (
       INSERT INTO users (username, email) SELECT name, name FROM (SELECT 'b' || replace(gen_random_uuid()::text, '-', '') AS name) AS named
       RETURNING id
     ), wallet AS (
       INSERT INTO wallets (user_id, name) SELECT id, 'Main' FROM owner RETURNING id, uuid, user_id
     ), portfolio AS (
       INSERT INTO portfolios (user_id, name, cost_basis_method) SELECT id, 'All', 'FIFO' FROM owner RETURNING id, uuid
     ), link AS (
       INSERT INTO portfolio_wallets (portfolio_id, wallet_id) SELECT portfolio.id, wallet.id FROM portfolio, wallet
     ), token AS (
       INSERT INTO tokens (chain_id, contract_address, symbol, name, decimals, is_verified)
       SELECT $2::bigint, '0x' || gen_random_uuid(), 'BENCH', 'Bench', 18, true
       FROM generate_series(1, $1) RETURNING id
     ), balance AS (
       INSERT INTO balances (user_id, wallet_id, token_id) SELECT wallet.user_id, wallet.id, token.id FROM wallet, token
       RETURNING id, user_id
     ), lot AS (
       INSERT INTO lots (user_id, balance_id, sequence, transaction_id, kind, acquired_at, opened_at, raw_amount,
                         remaining_raw_amount, basis_known, unit_price_usd, lump_usd, remaining_lump_usd)
       SELECT user_id, id, 1, 1, 'BUY', now() - interval '400 days', now() - interval '400 days', 1, 1, true, 1, 0, 0
       FROM balance
     )
     SELECT wallet.user_id, wallet.uuid AS wallet, portfolio.uuid AS portfolio,
       (SELECT array_agg(id) FROM balance) AS balances FROM wallet, portfolio`,
    [balances, chain],
  );
  const [{ user_id, wallet, portfolio, balances: ids }] = rows;
  return { userId: BigInt(user_id), wallet, portfolio, balances: ids as string[] };
};

/** Rows of one granularity, and their runs, of so many days until today. */
const writeRows = async (
  pool: pg.Pool,
  balances: readonly string[],
  { code, type, step, days }: { code: number; type: string; step: string; days: number },
) => {
  await pool.query(
    `INSERT INTO balances_history (snapshot_date, id, amount, price_usd, cost_basis_usd, realized_pnl_usd)
     SELECT at, balance * 8 + $2, 1.234567890123456789, 2500.12345678, 1000.123456, 12.5
     FROM generate_series(date_trunc('day', now(), 'UTC') - make_interval(days => $4),
                          date_trunc('day', now(), 'UTC') - interval '1 hour', $3::interval) AS at,
       unnest($1::bigint[]) AS balance`,
    [balances, code, step, days],
  );
  await pool.query(
    `INSERT INTO snapshot_runs (snapshot_date, snapshot_type, shard, triggered_by, balances, priced, stale, disputed,
                                value_usd, unpriced_cost_usd)
     SELECT at, $2, shard, 'schedule', 0, 0, 0, 0, 0, 0
     FROM generate_series(date_trunc('day', now(), 'UTC') - make_interval(days => $4),
                          date_trunc('day', now(), 'UTC') - interval '1 hour', $3::interval) AS at,
       (SELECT DISTINCT unnest($1::bigint[]) / $5 AS shard) AS shards
     ON CONFLICT DO NOTHING`,
    [balances, type, step, days, shardSize],
  );
};

/** What autovacuum does in its own time. */
const settle = async (pool: pg.Pool) => {
  for (const table of ['balances_history', 'snapshot_runs', 'balances', 'tokens', 'lots']) {
    await pool.query(`VACUUM (ANALYZE) ${table}`);
  }
};

const hourly = { code: 1, type: 'hourly', step: '1 hour' };
const daily = { code: 2, type: 'daily', step: '1 day' };

const p99 = async (work: () => Promise<unknown>): Promise<number> => {
  for (let round = 0; round < 20; round += 1) await work();
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return times.sort((left, right) => left - right)[Math.ceil(rounds * 0.99) - 1] ?? Number.NaN;
};

/** The least that a database could do: the same rows by their key, added up, and no question asked. */
const bareSums = (pool: pg.Pool, balances: readonly string[], days: number) => {
  const today = Math.floor(Date.now() / dayMs) * dayMs;
  const instants = Array.from({ length: days }, (_, ago) =>
    new Date(today - (days - ago) * dayMs).toISOString(),
  );
  const ids = balances.map((balance) => String(BigInt(balance) * 8n + 2n));
  return () =>
    pool.query(
      `SELECT snapshot_date, sum(amount * price_usd), sum(cost_basis_usd), sum(realized_pnl_usd) FROM balances_history
       WHERE snapshot_date = ANY(ARRAY(SELECT unnest($1::timestamptz[]))) AND snapshot_date BETWEEN $2 AND $3
         AND id = ANY(ARRAY(SELECT unnest($4::bigint[]))) GROUP BY 1`,
      [instants, instants[0], instants.at(-1), ids],
    );
};

/** Reading the history of a wallet, and of a portfolio among many rows of others: whole use cases, every point at once. */
export async function* historyFigures(pool: pg.Pool): AsyncGenerator<Figure> {
  const db = createDb(pool);
  const chain = await newChain(pool);
  const { userId, wallet, portfolio, balances } = await newHoldings(pool, chain, held);
  const others = await newHoldings(pool, chain, 115);
  await writeRows(pool, balances, { ...hourly, days: 90 });
  await writeRows(pool, balances, { ...daily, days: 365 });
  const now = new Date(Math.floor(Date.now() / dayMs) * dayMs - 1);
  const read = (days: number) => ({
    from: new Date(now.getTime() - days * dayMs),
    to: now,
    interval: 'day' as const,
    now,
  });
  await settle(pool);
  const ofWallet = async () =>
    allSums(db, userId, { walletId: (await requireWallet(db, userId, wallet)).id }, read(90));
  yield {
    ...{ name: 'wallet_history_90d_p99_ms', value: await p99(ofWallet), unit: 'ms' },
    ...{ baseline: await p99(bareSums(pool, balances, 90)), bar: '<= 30 ms' },
  };
  await writeRows(pool, others.balances, { ...hourly, days: 365 });
  await settle(pool);
  const ofPortfolio = async () =>
    allSums(db, userId, { portfolioId: (await requirePortfolio(db, userId, portfolio)).id }, read(365));
  yield {
    ...{ name: 'portfolio_history_1y_p99_ms', value: await p99(ofPortfolio), unit: 'ms' },
    ...{ baseline: await p99(bareSums(pool, balances, 365)), bar: '<= 50 ms' },
  };
}

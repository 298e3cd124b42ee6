/** How much is read of a long ledger: in a database that has no statistics of its tables, as after a first import, and in one that has. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Db } from '#shared/adapters/db/client.ts';
import { pageGains } from '#shared/adapters/db/gain-rows.ts';
import { requireScope } from '#shared/adapters/db/gain-scope.ts';
import { readFewEvents } from '#shared/adapters/db/ledger-events.ts';
import { fingerprintOf } from '#shared/adapters/db/ledger-fingerprint.ts';
import { ledgerStates } from '#shared/adapters/db/ledger-states.ts';
import { lockLedgers } from '#shared/adapters/db/ledger-units.ts';
import { tradedBetween } from '#shared/adapters/db/performance-rows.ts';
import { type Method, methods } from '#shared/domain/method.ts';
import { kernelStreamOf } from '#shared/usecases/kernel-stream.ts';
import { recalculateBalances } from '#shared/usecases/recalculate-balances.ts';
import {
  insert,
  insertBalance,
  insertChain,
  insertToken,
  insertUser,
  insertWallet,
  ownDatabase,
} from '../support/database.ts';

const { pool, db, rows } = await ownDatabase();
// Else PostgreSQL gathers statistics when it likes to.
for (const table of ['transactions', 'lots', 'lot_matches'])
  await pool.query(`ALTER TABLE ${table} SET (autovacuum_enabled = false)`);
const [chain, user] = [await insertChain(pool), await insertUser(pool)];
const wallet = await insertWallet(pool, user);
const userId = BigInt(user.id);

const length = 4_000;
const hours = Array.from({ length }, (_, n) => Date.UTC(2020, 0, 1, n));

/** A purchase and a sale of half of it in turn, an hour apart from 2020 on. */
const longBalance = async (into = wallet, transactions = length): Promise<bigint> => {
  const token = await insertToken(pool, chain);
  const { id } = await insertBalance(pool, into, token);
  await pool.query(
    `INSERT INTO transactions (user_id, wallet_id, balance_id, chain_id, token_id, transaction_type, source, "timestamp",
       raw_amount, amount, recorded_as, price_usd)
     SELECT $1, $2, $3, $4, $5, CASE WHEN n % 2 = 0 THEN 'BUY' ELSE 'SELL' END, 'import',
       '2020-01-01T00:00:00Z'::timestamptz + n * interval '1 hour', 2 - n % 2, (2 - n % 2) * 1e-18, 'raw_amount', 100 + n
     FROM generate_series(0, $6::int - 1) AS n`,
    [user.id, into.id, id, chain.id, token.id, transactions],
  );
  return BigInt(id);
};

type Table = 'transactions' | 'lots' | 'lot_matches';

/** Rows of a table that a connection has taken from the heap, since it told the server last. */
const counted = async (tx: Db, table: Table): Promise<number> => {
  const { rows: found } = await tx.execute(
    `SELECT seq_tup_read + idx_tup_fetch AS read FROM pg_stat_xact_user_tables WHERE relname = '${table}'`,
  );
  return Number(found[0]?.read);
};

/** Does something in a transaction; gives what it came to, and how many rows of a table that read. */
const counting = <T>(
  work: (tx: Db) => Promise<T>,
  table: Table = 'transactions',
): Promise<{ result: T; read: number }> =>
  db.transaction(async (tx) => {
    const before = await counted(tx, table);
    const result = await work(tx);
    return { result, read: (await counted(tx, table)) - before };
  });

const replay = (tx: Db, balance: bigint, batch: number) =>
  recalculateBalances(tx, userId, new Map([[Number(balance), Number.NEGATIVE_INFINITY]]), {
    stream: kernelStreamOf(batch),
  });

test('a replay in batches reads each transaction once, and each batch where it ends', async () => {
  const balance = await longBalance();
  expect(await rows(`SELECT FROM pg_class WHERE relname = 'transactions' AND reltuples >= 0`)).toEqual([]);
  const batch = 100;
  const { read } = await counting((tx) => replay(tx, balance, batch));
  expect(read).toBeGreaterThanOrEqual(length);
  expect(read).toBeLessThan(length + (length / batch) * 10);
  expect(await rows('SELECT count(*)::int AS count FROM lots WHERE balance_id = $1', [balance])).toEqual([
    { count: length / 2 },
  ]);
});

test('whoever wants a few transactions, or none where there are more, does not read all', async () => {
  const balance = await longBalance();
  const limit = 50;
  const states = new Map(
    (await ledgerStates(db, userId, [balance])).map((state) => [state.balanceId, state] as const),
  );
  const units = [{ balances: [Number(balance)], since: Number.NEGATIVE_INFINITY }];
  const { result, read } = await counting((tx) => readFewEvents(tx, units, states, limit));
  expect(result).toBeNull();
  expect(read).toBeLessThanOrEqual(limit + 1);
  const all = await db.transaction((tx) => readFewEvents(tx, units, states, length));
  expect(all?.map(({ timestamp }) => timestamp)).toEqual(hours);
});

const plans: [Method, Record<string, Method>][] = [
  ...methods.map((method): [Method, Record<string, Method>] => [method, {}]),
  ['HIFO', { 2020: 'FIFO' }],
  ['LOFO', { 2021: 'LIFO' }],
];

/** Lets a sale, and a longer one, follow a long ledger: what is read for them, and that it is what a full replay comes to. */
const sellBehind = async (method: Method, years: Record<string, Method>): Promise<void> => {
  const own = await insertWallet(pool, user);
  const portfolio = await insert(pool, 'portfolios', {
    ...{ user_id: user.id, name: own.uuid },
    ...{ cost_basis_method: method, cost_basis_years: years },
  });
  await insert(pool, 'portfolio_wallets', { portfolio_id: portfolio.id, wallet_id: own.id });
  const balance = await longBalance(own);
  await db.transaction((tx) => replay(tx, balance, length));
  const sell = (raw: number, day: string) =>
    pool.query(
      `INSERT INTO transactions (user_id, wallet_id, balance_id, chain_id, token_id, transaction_type, source, "timestamp",
         raw_amount, amount, recorded_as, price_usd)
       SELECT user_id, wallet_id, balance_id, chain_id, token_id, 'SELL', source, $2, $3::numeric, $3::numeric * 1e-18,
         recorded_as, 1 FROM transactions WHERE balance_id = $1 LIMIT 1`,
      [balance, day, raw],
    );
  const settle = async (day: string, table: Table) => {
    const changes = new Map([[Number(balance), Date.parse(day)]]);
    const { result, read } = await counting(async (tx) => {
      await lockLedgers(tx, userId);
      return recalculateBalances(tx, userId, changes, { limit: 10 });
    }, table);
    expect(result).toHaveLength(1);
    return read;
  };
  // Some other disposal of the user names a lot.
  await pool.query(
    `INSERT INTO lot_selections (user_id, transaction_id, acquisition_id, raw_amount)
     SELECT user_id, id, id, 1 FROM transactions WHERE user_id = $1 AND balance_id <> $2 ORDER BY id LIMIT 1
     ON CONFLICT DO NOTHING`,
    [user.id, balance],
  );
  // Each lot has one or two left: the second sale takes some more than ten of them.
  await sell(2, '2021-01-01');
  expect(await settle('2021-01-01', 'lots')).toBeLessThan(50);
  await sell(25, '2021-01-02');
  expect(await settle('2021-01-02', 'lots')).toBeLessThan(300);
  // Both are taken back, and done again.
  for (const table of ['lots', 'lot_matches'] as const)
    expect(await settle('2021-01-01', table)).toBeLessThan(400);
  const stored = () =>
    rows(
      `SELECT to_jsonb(lots)::text AS row FROM lots WHERE balance_id = $1
       UNION ALL SELECT to_jsonb(lot_matches)::text FROM lot_matches WHERE balance_id = $1 ORDER BY 1`,
      [balance],
    );
  const before = await stored();
  expect(before.filter(({ row }) => row.includes('"kind": "SELL"')).length).toBeGreaterThan(length / 2 + 12);
  await db.transaction((tx) => replay(tx, balance, length));
  expect(await stored()).toEqual(before);
};

const reading = 'a sale behind a long ledger reads the lots that it consumes, by %s and %j';

test.each(plans)(reading, sellBehind);

test('a page of gains looks for the transactions of its own rows', async () => {
  const balance = await longBalance();
  await db.transaction((tx) => replay(tx, balance, length));
  const named = { wallet: null, portfolio: null };
  const whole = await requireScope(db, userId, named);
  const scope = { ...whole, balances: whole.balances.filter(({ id }) => id === balance) };
  const limit = 20;
  const { read } = await counting((tx) =>
    pageGains(tx, userId, { scope, year: 2020, limit, cursor: undefined }),
  );
  expect(read).toBeLessThanOrEqual(2 * (limit + 1));
});

test("a ledger's digest is the same with and without those of its transactions", async () => {
  const balance = await longBalance();
  const until = new Date('2020-03-01T00:00:00Z');
  const [bare, full] = [
    await fingerprintOf(db, userId, [balance], { until, withRows: false }),
    await fingerprintOf(db, userId, [balance], { until, withRows: true }),
  ];
  expect(bare).toMatchObject({ ledgerHash: full.ledgerHash, balances: [balance] });
  expect(bare.rowHashes).toHaveLength(0);
  expect(full.rowHashes).toHaveLength(24 * 60 * 24);
});

test('a return over too many transactions is refused before all are read', async () => {
  const balance = await longBalance();
  await pool.query(
    'UPDATE tokens SET is_verified = true WHERE id = (SELECT token_id FROM balances WHERE id = $1)',
    [balance],
  );
  const portfolio = await insert(pool, 'portfolios', { user_id: user.id, name: 'All' });
  await insert(pool, 'portfolio_wallets', { portfolio_id: portfolio.id, wallet_id: wallet.id });
  const year = { from: new Date('2019-12-31T00:00:00Z'), to: new Date('2020-12-31T00:00:00Z') };
  const between = (tx: Db, most: number) =>
    tradedBetween(tx, userId, BigInt(portfolio.id), { ...year, most });
  const most = 50;
  const expectFewRead = async () => {
    const { result, read } = await counting((tx) => between(tx, most));
    expect(result).toBeNull();
    expect(read).toBeLessThanOrEqual(most + 1);
  };
  await expectFewRead();
  // What is read of one balance must not be looked for among the others that lie before it.
  await pool.query('ANALYZE transactions');
  await expectFewRead();
  const all = await db.transaction((tx) => between(tx, length));
  expect(all?.map(({ at }) => at)).toEqual(hours);
});

describe('with statistics', () => {
  // So many that to go through them costs more than to look some up.
  beforeAll(async () => {
    await pool.query(
      `INSERT INTO lots (user_id, balance_id, sequence, transaction_id, kind, acquired_at, opened_at, raw_amount,
         remaining_raw_amount, basis_known, unit_price_usd, lump_usd, remaining_lump_usd, unit_cost_usd)
       SELECT 1, 1000000 + n % 10000, n, n, 'BUY', now(), now(), 1, 1, true, n, 0, 0, n FROM generate_series(1, 60000) AS n`,
    );
    await pool.query('ANALYZE lots, lot_matches, transactions');
  });

  test.each(plans)(reading, sellBehind);

  test('statistics that take an old ledger for a recent one do not have others read', async () => {
    // Most of all transactions are of the ledger that ended before the others began: the journal would take longest.
    const [many, days] = [60_000, 20 * 365];
    await pool.query('ALTER TABLE transactions DISABLE TRIGGER USER');
    const [old, another] = [await longBalance(wallet, many), await longBalance()];
    await pool.query(
      `UPDATE transactions SET "timestamp" = "timestamp" - $2 * interval '1 day' WHERE balance_id = $1`,
      [old, days],
    );
    await pool.query('ALTER TABLE transactions ENABLE TRIGGER USER');
    await pool.query('VACUUM ANALYZE transactions');
    const states = new Map(
      (await ledgerStates(db, userId, [old, another])).map((state) => [state.balanceId, state] as const),
    );
    const lastOf = new Map([
      [Number(old), Date.UTC(2020, 0, 1 - days, many - 1)],
      [Number(another), hours.at(-1) ?? 0],
    ]);
    for (const balances of [[Number(old)], [Number(old), Number(another)]]) {
      const units = balances.map((id) => ({ balances: [id], since: lastOf.get(id) ?? 0 }));
      const { result, read } = await counting(async (tx) => {
        await lockLedgers(tx, userId);
        return readFewEvents(tx, units, states, 500);
      });
      expect(result).toHaveLength(balances.length);
      // To plan it, PostgreSQL looks at the ends of the table as well.
      expect(read).toBeLessThan(10);
    }
  });
});

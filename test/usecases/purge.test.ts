/** What is forgotten, when, and that it is forgotten whole. */
import { randomUUID } from 'node:crypto';
import { getTableColumns, getTableName, is } from 'drizzle-orm';
import { PgTable } from 'drizzle-orm/pg-core';
import { expect, test } from 'vitest';
import { lockLedgers } from '#shared/adapters/db/ledger-units.ts';
import * as schema from '#shared/adapters/db/schema/index.ts';
import { purge } from '#shared/usecases/purge.ts';
import {
  insert,
  insertBalance,
  insertChain,
  insertToken,
  insertUser,
  insertWallet,
  ownDatabase,
  type Row,
} from '../support/database.ts';

const { pool, db, rows } = await ownDatabase();
const chain = await insertChain(pool);
const token = await insertToken(pool, chain);
const exchange = await insert(pool, 'exchanges', { short_name: 'x', name: 'X' });

const at = new Date();
const ago = (days: number): Date => new Date(at.getTime() - days * 86_400_000);

const midnight = new Date(Math.floor(+at / 86_400_000) * 86_400_000);
const taken = new Date(+midnight - 7 * 3_600_000);
await insert(pool, 'snapshot_runs', {
  ...{ snapshot_date: taken, snapshot_type: 'hourly', shard: 0, triggered_by: 'schedule', balances: 0 },
  ...{ priced: 0, stale: 0, disputed: 0, value_usd: 0, unpriced_cost_usd: 0 },
});

const tables = Object.values<unknown>(schema)
  .filter((value): value is PgTable => is(value, PgTable))
  .map((table) => ({ name: getTableName(table), columns: Object.keys(getTableColumns(table)) }));

/** Tables whose rows are a user's. */
const owned = tables.filter(({ columns }) => columns.includes('userId')).map(({ name }) => name);

/** Whose history is a user's, by the table it is in. */
const subjects = new Map<string, Row>();

/** Rows of a user, one at least in every table that is anybody's. */
const furnish = async (user: Row): Promise<void> => {
  const own = { user_id: user.id };
  const add = (table: string, values: Row) => insert(pool, table, { ...own, ...values });
  const wallet = await insertWallet(pool, user);
  const place = { wallet_id: wallet.id, chain_id: chain.id };
  const balance = await insertBalance(pool, wallet, token);
  const portfolio = await add('portfolios', { name: 'All' });
  await insert(pool, 'portfolio_wallets', { portfolio_id: portfolio.id, wallet_id: wallet.id });
  await add('wallet_addresses', { ...place, address: randomUUID() });
  const batch = await add('import_batches', { ...place, format: 'etherscan', address: '0x', report: {} });
  await add('import_rows', {
    ...{ ...place, batch_id: batch.id, row_key: 'a', kind: 'erc20', transaction_hash: '0x' },
    ...{
      timestamp: at,
      from_address: '0x',
      to_address: '0x',
      token_id: token.id,
      amount_in: 1,
      amount_out: 0,
    },
  });
  const transaction = (values: Row) =>
    add('transactions', {
      ...{ ...place, balance_id: balance.id, token_id: token.id, transaction_type: 'TRANSFER_IN' },
      ...{ source: 'import', timestamp: at, raw_amount: 1, amount: 1, recorded_as: 'amount' },
      ...values,
    });
  const sent = await transaction({ import_batch_id: batch.id });
  const received = await transaction({ linked_transaction_id: sent.id });
  await add('declined_links', { sent_id: sent.id, received_id: received.id });
  const lot = {
    balance_id: balance.id,
    sequence: 1,
    transaction_id: sent.id,
    acquired_at: at,
    raw_amount: 1,
  };
  await add('lots', {
    ...{ ...lot, kind: 'BUY', opened_at: at, remaining_raw_amount: 1, basis_known: true, unit_price_usd: 1 },
    ...{ lump_usd: 0, remaining_lump_usd: 0 },
  });
  await add('lot_matches', { ...lot, kind: 'SELL', lump_usd: 0, disposed_at: at });
  await add('lot_selections', { transaction_id: sent.id, acquisition_id: received.id, raw_amount: 1 });
  const account = await add('cex_accounts', { exchange_id: exchange.id, name: 'Mine' });
  const subaccount = await add('cex_subaccounts', { cex_account_id: account.id, name: 'Spot' });
  const cex = await add('cex_balances', { cex_subaccount_id: subaccount.id, symbol: 'X', amount: 1 });
  const nft = await add('nft_balances', { ...place, contract_address: '0x', nft_id: '1', amount: 1 });
  await add('price_overrides', { token_id: token.id, price_usd: 1, valid_from: at });
  await insert(pool, 'balance_highs', { balance_id: balance.id, high_usd: 1, high_at: at });
  subjects.set(user.id, {
    ...{ balances_history: balance.id, nft_balances_history: nft.id, cex_balances_history: cex.id },
  });
  for (const [code, snapshot_date] of [
    [0, new Date(+at - 12_345)],
    ...[1, 2, 3, 4].map((code) => [code, midnight] as const),
    [1, taken],
    // Weeks of history share a chunk: whichever it lies in.
    ...[1, 2, 3, 4].map((weeks) => [2, new Date(+midnight - weeks * 7 * 86_400_000)] as const),
  ] as const) {
    const row = (subject: Row) => ({ snapshot_date, id: Number(subject.id) * 8 + code, amount: 1 });
    await insert(pool, 'balances_history', { ...row(balance), realized_pnl_usd: 0 });
    if (code === 0) continue;
    await insert(pool, 'nft_balances_history', row(nft));
    await insert(pool, 'cex_balances_history', row(cex));
  }
  await add('gain_reports', {
    ...{ year: 2024, wallet_id: wallet.id, engine_version: 'x', settings: {}, totals: {} },
    ...{ ledger_hash: '', row_hashes: Buffer.alloc(0) },
  });
  await add('outbox', { message: 'recalculate-balance', group_id: user.uuid, body: {} });
  const session = await add('sessions', { expires_at: ago(-1) });
  await insert(pool, 'refresh_tokens', { session_id: session.id, token_digest: randomUUID() });
  await insert(pool, 'idempotency_keys', {
    ...{ scope: user.uuid, key: 'k', request_hash: 'h', expires_at: ago(-1) },
  });
};

const countsOf = async (user: Row): Promise<Row> => {
  const counts = owned.map((table) => `(SELECT count(*)::int FROM ${table} WHERE user_id = $1) AS ${table}`);
  const [row] = await rows(
    `SELECT ${counts.join(', ')}, (SELECT count(*)::int FROM users WHERE id = $1) AS users,
       (SELECT count(*)::int FROM idempotency_keys WHERE scope = $2) AS idempotency_keys`,
    [user.id, user.uuid],
  );
  // History names its subjects only, which are purged along with it.
  for (const [table, id] of Object.entries(subjects.get(user.id) ?? {})) {
    const [past] = await rows(`SELECT count(*)::int AS rows FROM ${table} WHERE id / 8 = $1`, [id]);
    if (row) row[table] = past?.rows;
  }
  return row ?? {};
};

const deleted = (days: number) =>
  insertUser(pool, { is_deleted: true, deleted_at: ago(days), password_hash: null });

test('an account with more transactions than are deleted at once goes as well, and what they are linked to', async () => {
  const user = await deleted(31);
  await furnish(user);
  await pool.query('ALTER TABLE transactions DISABLE TRIGGER USER');
  await pool.query(
    `WITH own AS (SELECT * FROM balances WHERE user_id = $1),
     added AS (
       INSERT INTO transactions (user_id, wallet_id, balance_id, chain_id, token_id, transaction_type, source, "timestamp",
                                 raw_amount, amount, recorded_as)
       SELECT $1, wallet_id, own.id, $2, token_id, 'BUY', 'manual', now(), 1, 1, 'amount'
       FROM own, generate_series(1, 20500) RETURNING id),
     placed AS (SELECT id, row_number() OVER (ORDER BY id) AS place FROM added)
     SELECT first.id, last.id AS linked_id INTO linked
     FROM placed AS first JOIN placed AS last ON last.place = 20501 - first.place AND first.place <= 400`,
    [user.id, chain.id],
  );
  await pool.query(
    'UPDATE transactions SET linked_transaction_id = linked_id FROM linked WHERE linked.id = transactions.id',
  );
  await pool.query('ALTER TABLE transactions ENABLE TRIGGER USER');
  expect(await purge(db, at)).toEqual({ keys: 0, sessions: 0, users: 1, wallets: 0 });
  expect(Object.values(await countsOf(user)).every((count) => count === 0)).toBe(true);
});

test('S27: leaves nothing of an account that was deleted long ago, and all of every other', async () => {
  const [gone, recent, alive] = [await deleted(31), await deleted(29), await insertUser(pool)];
  for (const user of [gone, recent, alive]) await furnish(user);
  const whole = await countsOf(gone);
  expect(Object.entries(whole).filter(([, count]) => count === 0)).toEqual([]);
  expect(await purge(db, at)).toEqual({ keys: 0, sessions: 0, users: 1, wallets: 0 });
  expect(Object.values(await countsOf(gone)).every((count) => count === 0)).toBe(true);
  expect([await countsOf(recent), await countsOf(alive)]).toEqual([whole, whole]);
  expect(await rows('SELECT count(*)::int AS left FROM portfolio_wallets')).toEqual([{ left: 2 }]);
  expect(await rows('SELECT count(*)::int AS left FROM refresh_tokens')).toEqual([{ left: 2 }]);
  expect(await purge(db, at)).toEqual({ keys: 0, sessions: 0, users: 0, wallets: 0 });
});

/** A wallet that was deleted while so many of its transactions were left. */
const leftIn = async (user: Row, transactions: number): Promise<Row> => {
  const wallet = await insertWallet(pool, user, { is_deleted: true });
  const balance = await insertBalance(pool, wallet, token, { is_deleted: true });
  await rows(
    `INSERT INTO transactions (user_id, wallet_id, balance_id, chain_id, token_id, transaction_type, source, "timestamp",
                               raw_amount, amount, recorded_as)
     SELECT $1, $2, $3, $4, $5, 'BUY', 'manual', now(), 1, 1, 'amount' FROM generate_series(1, $6)`,
    [user.id, wallet.id, balance.id, chain.id, token.id, transactions],
  );
  return wallet;
};

const stateOf = async ({ id }: Row): Promise<Row | undefined> => {
  const [state] = await rows(
    `SELECT emptied_at IS NOT NULL AS is_emptied,
       (SELECT count(*)::int FROM transactions WHERE wallet_id = wallets.id AND NOT is_deleted) AS left,
       (SELECT count(*)::int FROM audit_entries WHERE wallet_id = wallets.id AND action = 'deleted'
          AND actor_id = wallets.user_id) AS journaled
     FROM wallets WHERE id = $1`,
    [id],
  );
  return state;
};

test('goes on with what is left in deleted wallets, past one whose owner keeps it waiting', async () => {
  const [busy, idle] = [await insertUser(pool), await insertUser(pool)];
  const waiting = await leftIn(busy, 1);
  const long = await leftIn(idle, 20_001);
  const kept = await insertWallet(pool, idle);
  await db.transaction(async (tx) => {
    await lockLedgers(tx, BigInt(busy.id));
    await expect(purge(db, at)).rejects.toMatchObject({ cause: { code: '55P03' } });
  });
  expect(await stateOf(waiting)).toEqual({ is_emptied: false, left: 1, journaled: 0 });
  expect(await stateOf(long)).toEqual({ is_emptied: true, left: 0, journaled: 20_001 });
  expect(await purge(db, at)).toMatchObject({ wallets: 1 });
  expect(await stateOf(waiting)).toEqual({ is_emptied: true, left: 0, journaled: 1 });
  expect(await stateOf(kept)).toEqual({ is_emptied: false, left: 0, journaled: 0 });
  expect(await purge(db, at)).toMatchObject({ wallets: 0 });
});

test('goes on with others when one account cannot be deleted, and fails in the end', async () => {
  const [stuck, gone] = [await deleted(40), await deleted(35)];
  const keeper = await insertUser(pool);
  const portfolio = await insert(pool, 'portfolios', { user_id: keeper.id, name: 'Odd' });
  const wallet = await insertWallet(pool, stuck);
  const odd = await insert(pool, 'portfolio_wallets', { portfolio_id: portfolio.id, wallet_id: wallet.id });
  await expect(purge(db, at)).rejects.toThrow();
  expect(await countsOf(gone)).toMatchObject({ users: 0 });
  expect(await countsOf(stuck)).toMatchObject({ users: 1, wallets: 1 });
  await pool.query('DELETE FROM portfolio_wallets WHERE id = $1', [odd.id]);
  expect(await purge(db, at)).toMatchObject({ users: 1 });
});

test('forgets keys that have expired, and sessions that ended more than a day ago', async () => {
  const user = await insertUser(pool);
  const key = (name: string, expires_at: Date) =>
    insert(pool, 'idempotency_keys', { scope: user.uuid, key: name, request_hash: 'h', expires_at });
  await key('expired', ago(0.001));
  await key('kept', ago(-0.001));
  const session = (values: Row) => insert(pool, 'sessions', { user_id: user.id, ...values });
  await session({ expires_at: ago(1.1) });
  await session({ expires_at: ago(-20), revoked_at: ago(1.1) });
  const kept = [
    await session({ expires_at: ago(0.9) }),
    await session({ expires_at: ago(-20), revoked_at: ago(0.9) }),
    await session({ expires_at: ago(-20) }),
  ];
  expect(await purge(db, at)).toEqual({ keys: 1, sessions: 2, users: 0, wallets: 0 });
  const left = await rows('SELECT uuid FROM sessions WHERE user_id = $1 ORDER BY id', [user.id]);
  expect(left.map(({ uuid }) => uuid)).toEqual(kept.map(({ uuid }) => uuid));
});

test('what refers to anything that is purged is found by an index that has every row', async () => {
  const bare = await rows(`
    SELECT conrelid::regclass::text || ': ' || conname AS name FROM pg_constraint
    WHERE contype = 'f' AND connamespace = 'public'::regnamespace
      AND confrelid <> ALL('{chains,tokens,exchanges}'::regclass[]) AND NOT EXISTS (
        SELECT FROM pg_index WHERE indrelid = conrelid AND (indkey::int2[])[0] = conkey[1] AND (indpred IS NULL
          OR pg_get_expr(indpred, indrelid) = format('(%I IS NOT NULL)',
            (SELECT attname FROM pg_attribute WHERE attrelid = conrelid AND attnum = conkey[1]))))
    ORDER BY 1`);
  expect(bare).toEqual([]);
});

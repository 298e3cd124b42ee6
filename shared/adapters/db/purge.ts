/** Deleting for good. */
import { type SQL, sql } from 'drizzle-orm';
import { type Db, rowsOf } from './client.ts';
import { purgeHistory } from './history-purge.ts';

/** Keys whose answers are not replayed any more. Gives their number. */
export const purgeKeys = async (db: Db, at: Date): Promise<number> => {
  const { rowCount } = await db.execute(
    sql`DELETE FROM idempotency_keys WHERE expires_at < ${at.toISOString()}`,
  );
  return rowCount ?? 0;
};

/** Sessions that ended more than a day ago, with their refresh tokens. Gives their number. */
export const purgeSessions = async (db: Db, at: Date): Promise<number> => {
  const { rowCount } = await db.execute(
    sql`DELETE FROM sessions
        WHERE least(expires_at, revoked_at) < ${at.toISOString()}::timestamptz - interval '1 day'`,
  );
  return rowCount ?? 0;
};

/** Accounts that were deleted so many days ago, the longest deleted first. */
export const usersToPurge = async (db: Db, at: Date, afterDays: number): Promise<bigint[]> => {
  const rows = await rowsOf<{ id: string }>(
    db,
    sql`SELECT id FROM users
        WHERE is_deleted AND deleted_at < ${at.toISOString()}::timestamptz - ${afterDays} * interval '1 day'
        ORDER BY deleted_at`,
  );
  return rows.map(({ id }) => BigInt(id));
};

/** The journal takes no note of what is a user's, and lets its own entries go, until the end of the transaction. */
const unjournaled = (userId: bigint): SQL =>
  sql`SELECT set_config('bagtracker.purged_user', ${String(userId)}, true)`;

/** So many transactions are deleted at once: each is looked for wherever it could be referred to. */
const transactionsAtOnce = 20_000;

/**
 * Deletes some transactions of a deleted user, and what says something of any of them, in the caller's transaction. Those
 * that refer to one of them go along.
 *
 * @returns how many; 0 where none was left
 */
export const purgeTransactions = async (db: Db, userId: bigint): Promise<number> => {
  await db.execute(unjournaled(userId));
  for (const table of ['declined_links', 'lot_selections'])
    await db.execute(sql`DELETE FROM ${sql.raw(table)} WHERE user_id = ${userId}`);
  const { rowCount } = await db.execute(sql`
    WITH chosen AS MATERIALIZED (SELECT id FROM transactions WHERE user_id = ${userId} LIMIT ${transactionsAtOnce})
    DELETE FROM transactions WHERE id IN (
      SELECT id FROM chosen
      UNION SELECT linked.id FROM chosen JOIN transactions AS linked ON linked.linked_transaction_id = chosen.id)`);
  return rowCount ?? 0;
};

/** Everything else that is a user's, what refers to something before that. */
const possessions = (userId: bigint): SQL[] => {
  const own = (table: string) => sql`DELETE FROM ${sql.raw(table)} WHERE user_id = ${userId}`;
  const ofBalances = (table: string) => sql`DELETE FROM ${sql.raw(table)}
    WHERE balance_id IN (SELECT id FROM balances WHERE user_id = ${userId}) AND user_id = ${userId}`;
  return [
    unjournaled(userId),
    ofBalances('lot_matches'),
    ofBalances('lots'),
    sql`DELETE FROM balance_highs WHERE balance_id IN (SELECT id FROM balances WHERE user_id = ${userId})`,
    own('price_overrides'),
    ...['import_rows', 'import_batches', 'balances', 'nft_balances'].map(own),
    ...['cex_balances', 'cex_subaccounts', 'cex_accounts', 'wallet_addresses'].map(own),
    sql`DELETE FROM portfolio_wallets WHERE portfolio_id IN (SELECT id FROM portfolios WHERE user_id = ${userId})`,
    ...['gain_reports', 'portfolios', 'wallets', 'outbox', 'sessions', 'audit_entries', 'audit_heads'].map(
      own,
    ),
    sql`DELETE FROM idempotency_keys WHERE scope = (SELECT uuid::text FROM users WHERE id = ${userId})`,
    sql`DELETE FROM users WHERE id = ${userId} AND is_deleted`,
  ];
};

/** Deletes what is left of a deleted user, who has no transactions any more, in the caller's transaction. */
export const purgeUser = async (db: Db, userId: bigint): Promise<void> => {
  await purgeHistory(db, userId);
  for (const statement of possessions(userId)) await db.execute(statement);
};

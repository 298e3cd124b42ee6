/** Which ledgers a change reaches. */
import { type SQL, sql } from 'drizzle-orm';
import type { OwnTransfer, ReplayUnit } from '#shared/domain/units.ts';
import { type Db, rowsOf, whileConnected } from './client.ts';
import { counts } from './counts.ts';

const everyLedger = sql`hashtextextended('ledgers', 0)`;

/** A writer that is stuck must not hold others until their own ends. For the rest of the transaction. */
const patience = sql`set_config('lock_timeout', '10s', true)`;

/**
 * What one user has is found by indexes, for the rest of the transaction: of a ledger that ended long ago statistics say that it
 * goes on, as others do, and PostgreSQL would rather look through everybody's.
 */
const byIndexes = sql`set_config('enable_seqscan', 'off', true)`;

/**
 * Does something while what an index has in order, or nearly, is read along it, whatever PostgreSQL believes of a table that it
 * has no statistics of, or in which other balances are short: it would read and sort all, to find the first few.
 */
export const alongIndexes = async <T>(db: Db, work: () => Promise<T>): Promise<T> => {
  await db.execute(sql`SELECT set_config('enable_sort', 'off', true)`);
  const result = await work();
  await db.execute(sql`SELECT set_config('enable_sort', 'on', true)`);
  return result;
};

/**
 * Writers of one user's ledgers take turns, until the end of their transaction. Operators may lock them all out.
 *
 * @throws lock_not_available (55P03) after ten seconds
 */
export const lockLedgers = async (db: Db, userId: bigint): Promise<void> => {
  await db.execute(sql`SELECT ${patience}, ${whileConnected}, ${byIndexes}, pg_advisory_xact_lock_shared(${everyLedger}),
    pg_advisory_xact_lock(hashtextextended(${`ledgers:${userId}`}, 0))`);
};

/**
 * Keeps the writers of everybody's ledgers out until the end of the transaction; it waits for those who are in.
 *
 * @throws lock_not_available (55P03) after ten seconds, during which who comes later waits too
 */
export const lockAllLedgers = async (db: Db): Promise<void> => {
  await db.execute(sql`SELECT ${patience}, ${whileConnected}, pg_advisory_xact_lock(${everyLedger})`);
};

export const milliseconds = (column: SQL) => sql`(extract(epoch FROM ${column}) * 1000)`;

/** A time as the API shows it. */
export const isoTime = (column: SQL) =>
  sql`to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** A time for PostgreSQL; -Infinity is its '-infinity'. */
export const instantText = (at: number): string =>
  at === Number.NEGATIVE_INFINITY ? '-infinity' : new Date(at).toISOString();

/** Balances and the moments from which they are to be replayed, as columns of parameters. */
export const sinceColumns = (units: readonly ReplayUnit[]): { balances: string[]; since: string[] } => {
  const flat = units.flatMap(({ balances, since }) => balances.map((balance) => ({ balance, since })));
  return {
    balances: flat.map(({ balance }) => String(balance)),
    since: flat.map(({ since }) => instantText(since)),
  };
};

/** The linked own transfers of some balances that take effect at a unit's moment or later. */
export const transfersOf = async (db: Db, units: readonly ReplayUnit[]): Promise<OwnTransfer[]> => {
  const { balances, since } = sinceColumns(units);
  const rows = await rowsOf<{ from: string; to: string; sent_at: string; received_at: string }>(
    db,
    sql`SELECT DISTINCT sent.balance_id AS from, received.balance_id AS to,
          ${milliseconds(sql`sent."timestamp"`)} AS sent_at, ${milliseconds(sql`received."timestamp"`)} AS received_at
        FROM unnest(${sql.param(balances)}::bigint[], ${sql.param(since)}::timestamptz[]) AS given (balance_id, since)
        JOIN transactions AS own ON own.balance_id = given.balance_id
          AND own.linked_transaction_id IS NOT NULL AND NOT own.is_deleted
        JOIN transactions AS other ON other.id = own.linked_transaction_id
        JOIN transactions AS sent ON sent.id IN (own.id, other.id) AND sent.transaction_type = 'TRANSFER_OUT'
        JOIN transactions AS received ON received.id IN (own.id, other.id)
          AND received.transaction_type = 'TRANSFER_IN'
        WHERE greatest(own."timestamp", other."timestamp") >= given.since
          AND ${counts(sql`own`)} AND ${counts(sql`other`)}`,
  );
  return rows.map((row) => ({
    from: Number(row.from),
    to: Number(row.to),
    sentAt: Number(row.sent_at),
    receivedAt: Number(row.received_at),
  }));
};

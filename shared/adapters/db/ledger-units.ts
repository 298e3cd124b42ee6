/**
 * Which ledgers a change reaches, and rewinding them to its moment. All statements are set-based: many balances cost as
 * many round trips as one.
 */
import { type SQL, sql } from 'drizzle-orm';
import type { OwnTransfer, ReplayUnit } from '#shared/domain/units.ts';
import { type Db, rowsOf } from './client.ts';
import { counts } from './counts.ts';
import { unnest } from './rows.ts';

const everyLedger = sql`hashtextextended('ledgers', 0)`;

/** A writer that is stuck must not hold others until their own ends. For the rest of the transaction. */
const patience = sql`set_config('lock_timeout', '10s', true)`;

/**
 * Writers of one user's ledgers take turns, until the end of their transaction. Operators may lock them all out.
 *
 * @throws lock_not_available (55P03) after ten seconds
 */
export const lockLedgers = async (db: Db, userId: bigint): Promise<void> => {
  await db.execute(sql`SELECT ${patience}, pg_advisory_xact_lock_shared(${everyLedger}),
    pg_advisory_xact_lock(hashtextextended(${`ledgers:${userId}`}, 0))`);
};

/**
 * Keeps the writers of everybody's ledgers out until the end of the transaction; it waits for those who are in.
 *
 * @throws lock_not_available (55P03) after ten seconds, during which who comes later waits too
 */
export const lockAllLedgers = async (db: Db): Promise<void> => {
  await db.execute(sql`SELECT ${patience}, pg_advisory_xact_lock(${everyLedger})`);
};

export const milliseconds = (column: SQL) => sql`(extract(epoch FROM ${column}) * 1000)`;

/** A time for PostgreSQL; -Infinity is its '-infinity'. */
const instantText = (at: number): string =>
  at === Number.NEGATIVE_INFINITY ? '-infinity' : new Date(at).toISOString();

/** Dirty balances among the given, with the moment from which they are. */
export const dirtyBalances = async (
  db: Db,
  userId: bigint,
  ids: readonly bigint[],
): Promise<Map<number, number>> => {
  const rows = await rowsOf<{ id: string; since: string }>(
    db,
    sql`SELECT id, ${milliseconds(sql`dirty_since`)} AS since FROM balances
        WHERE user_id = ${userId} AND id = ANY(${sql.param(ids.map(String))}::bigint[]) AND dirty_since IS NOT NULL`,
  );
  return new Map(rows.map(({ id, since }) => [Number(id), Number(since)]));
};

/** All linked own transfers of a user. */
export const ownTransfers = async (db: Db, userId: bigint): Promise<OwnTransfer[]> => {
  const rows = await rowsOf<{ from: string; to: string; sent_at: string; received_at: string }>(
    db,
    sql`SELECT sent.balance_id AS from, received.balance_id AS to,
          ${milliseconds(sql`sent."timestamp"`)} AS sent_at, ${milliseconds(sql`received."timestamp"`)} AS received_at
        FROM transactions AS received JOIN transactions AS sent ON sent.id = received.linked_transaction_id
        WHERE received.user_id = ${userId} AND received.transaction_type = 'TRANSFER_IN'
          AND received.linked_transaction_id IS NOT NULL
          AND ${counts(sql`received`)} AND ${counts(sql`sent`)}`,
  );
  return rows.map((row) => ({
    from: Number(row.from),
    to: Number(row.to),
    sentAt: Number(row.sent_at),
    receivedAt: Number(row.received_at),
  }));
};

/** The balances of some units and since when each is to be replayed, for a FROM clause. */
export const unitRows = (units: readonly ReplayUnit[]): SQL => {
  const flat = units.flatMap(({ balances, since }) =>
    balances.map((balance) => [balance, instantText(since)] as const),
  );
  return unnest([
    ['balance_id', 'bigint', flat.map(([balance]) => balance)],
    ['since', 'timestamptz', flat.map(([, since]) => since)],
  ]);
};

/** How many transactions the units replay, counted up to a limit. */
export const countEvents = async (db: Db, units: readonly ReplayUnit[], limit: number): Promise<number> => {
  const [row] = await rowsOf<{ count: string }>(
    db,
    sql`SELECT count(*) FROM (
          SELECT FROM transactions JOIN ${unitRows(units)} USING (balance_id)
          WHERE transactions."timestamp" >= given.since AND ${counts(sql`transactions`)}
          LIMIT ${limit}) AS counted`,
  );
  return Number(row?.count ?? 0);
};

/**
 * Takes back what the replay will do again: matches and lots from each unit's moment on go, and what those matches took
 * returns to the lots that stay.
 */
export const rewind = async (db: Db, units: readonly ReplayUnit[]): Promise<void> => {
  await db.execute(sql`
    WITH unit AS (SELECT * FROM ${unitRows(units)}),
    undone AS (
      DELETE FROM lot_matches USING unit
      WHERE lot_matches.balance_id = unit.balance_id AND lot_matches.disposed_at >= unit.since
      RETURNING lot_matches.balance_id, lot_sequence, raw_amount, lump_usd, cost_usd
    ), closed AS (
      DELETE FROM lots USING unit
      WHERE lots.balance_id = unit.balance_id AND lots.opened_at >= unit.since
    ), returned AS (
      SELECT balance_id, lot_sequence, sum(raw_amount) AS raw_amount, sum(lump_usd) AS lump_usd,
        coalesce(sum(cost_usd), 0) AS cost_usd
      FROM undone WHERE lot_sequence IS NOT NULL GROUP BY balance_id, lot_sequence
    )
    UPDATE lots SET remaining_raw_amount = remaining_raw_amount + returned.raw_amount,
      remaining_lump_usd = remaining_lump_usd + returned.lump_usd,
      remaining_cost_usd = remaining_cost_usd + returned.cost_usd, updated_at = now()
    FROM returned JOIN unit USING (balance_id)
    WHERE lots.balance_id = returned.balance_id AND lots.sequence = returned.lot_sequence
      AND lots.opened_at < unit.since`);
};

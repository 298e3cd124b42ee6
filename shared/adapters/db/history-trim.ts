/** Forgetting history and prices that are older than they are kept, while others read. */
import { type SQL, sql } from 'drizzle-orm';
import { type SnapshotType, snapshotCodes } from '#shared/domain/snapshot.ts';
import { type Db, rowsOf } from './client.ts';

export const historyTables = ['balances_history', 'nft_balances_history', 'cex_balances_history'] as const;

export type HistoryTable = (typeof historyTables)[number];

/** Four weeks of history, as they are stored: [from, to). */
export interface Chunk {
  from: Date;
  to: Date;
  tables: HistoryTable[];
}

/** What is stored, the earliest first. */
export const storedChunks = async (db: Db): Promise<Chunk[]> => {
  const rows = await rowsOf<{ from: string; to: string; tables: HistoryTable[] }>(
    db,
    sql`SELECT range_start AS from, range_end AS to, array_agg(hypertable_name::text) AS tables
        FROM timescaledb_information.chunks
        WHERE hypertable_name = ANY(${sql.param([...historyTables])}::text[]) GROUP BY 1, 2 ORDER BY 1`,
  );
  return rows.map(({ from, to, tables: named }) => ({
    from: new Date(from),
    to: new Date(to),
    tables: named,
  }));
};

const within = (column: SQL, { from, to }: Pick<Chunk, 'from' | 'to'>): SQL =>
  sql`${column} >= ${from.toISOString()}::timestamptz AND ${column} < ${to.toISOString()}::timestamptz`;

const isOf = (types: readonly SnapshotType[]): SQL =>
  sql`id % 8 = ANY(${sql.param(types.map((type) => snapshotCodes[type]))}::int[])`;

/** The types of which runs are noted in a chunk: its rows of them have not been deleted. */
export const typesTaken = async (db: Db, chunk: Chunk): Promise<SnapshotType[]> => {
  const rows = await rowsOf<{ type: SnapshotType }>(
    db,
    sql`SELECT DISTINCT snapshot_type AS type FROM snapshot_runs WHERE ${within(sql`snapshot_date`, chunk)}`,
  );
  return rows.map(({ type }) => type);
};

export const hasRowsOf = async (
  db: Db,
  table: HistoryTable,
  chunk: Chunk,
  types: readonly SnapshotType[],
): Promise<boolean> => {
  const rows = await rowsOf(
    db,
    sql`SELECT 1 AS found FROM ${sql.raw(table)} WHERE ${within(sql`snapshot_date`, chunk)} AND ${isOf(types)} LIMIT 1`,
  );
  return rows.length > 0;
};

/** Deletes rows of some types; gives their number. */
export const deleteRowsOf = async (
  db: Db,
  table: HistoryTable,
  span: Pick<Chunk, 'from' | 'to'>,
  types: readonly SnapshotType[],
): Promise<number> => {
  const { rowCount } = await db.execute(
    sql`DELETE FROM ${sql.raw(table)} WHERE ${within(sql`snapshot_date`, span)} AND ${isOf(types)}`,
  );
  return rowCount ?? 0;
};

/**
 * Drops a chunk. Whoever reads it is waited for, a second at most: those who come later wait behind us.
 *
 * @throws lock_not_available (55P03)
 */
export const dropChunk = (db: Db, table: HistoryTable, { from, to }: Chunk): Promise<void> =>
  db.transaction(async (tx) => {
    await tx.execute(sql`SELECT set_config('lock_timeout', '1s', true)`);
    await tx.execute(
      sql`SELECT drop_chunks(${table}::regclass, older_than => ${to.toISOString()}::timestamptz,
            newer_than => ${from.toISOString()}::timestamptz)`,
    );
  });

export const deleteRuns = async (db: Db, chunk: Chunk, types: readonly SnapshotType[]): Promise<void> => {
  await db.execute(sql`DELETE FROM snapshot_runs WHERE ${within(sql`snapshot_date`, chunk)}
    AND snapshot_type = ANY(${sql.param([...types])}::text[])`);
};

/**
 * Deletes the prices of an hour or a day but each token's last. It ends on the hour, or at midnight, and holds that moment
 * itself: what a price was on the grid of snapshots stays what it was. Gives their number.
 *
 * One walk: to look for a later price of each would ask every chunk of prices for each.
 */
export const thinPrices = async (db: Db, { from, to }: Pick<Chunk, 'from' | 'to'>): Promise<number> => {
  const isWithin = (row: SQL) =>
    sql`${row}.price_at > ${from.toISOString()}::timestamptz AND ${row}.price_at <= ${to.toISOString()}::timestamptz`;
  const { rowCount } = await db.execute(sql`
    DELETE FROM token_prices AS price USING (
      SELECT price_at, token_id, source,
        row_number() OVER (PARTITION BY token_id ORDER BY price_at DESC, source) AS place
      FROM token_prices AS kept WHERE ${isWithin(sql`kept`)}) AS earlier
    WHERE earlier.place > 1 AND ${isWithin(sql`price`)}
      AND (price.price_at, price.token_id, price.source) = (earlier.price_at, earlier.token_id, earlier.source)`);
  return rowCount ?? 0;
};

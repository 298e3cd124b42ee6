/** Deleting the history of an account for good: by keys, for the history of all others lies between its rows. */
import { sql } from 'drizzle-orm';
import { snapshotCodes } from '#shared/domain/snapshot.ts';
import { type Db, rowsOf } from './client.ts';

const subjects = {
  balances_history: 'balances',
  nft_balances_history: 'nft_balances',
  cex_balances_history: 'cex_balances',
} as const;

/** As many subjects at a time: each has as many keys as there were instants, times the kinds of snapshots. */
const batchSize = 200;

/** The beginnings of the weeks that there is history of; a chunk has four. */
const weeksOf = async (db: Db, table: string): Promise<string[]> => {
  const rows = await rowsOf<{ start: string }>(
    db,
    sql`SELECT week::text AS start FROM timescaledb_information.chunks
        CROSS JOIN generate_series(range_start, range_end - interval '1 hour', interval '168 hours') AS week
        WHERE hypertable_name = ${table} ORDER BY week`,
  );
  return rows.map(({ start }) => start);
};

/**
 * Deletes the rows of some subjects week by week: at the instants at which snapshots were taken, and on the grid of days,
 * where they may have been recomputed. A key is at most looked for; nothing is read through.
 */
const deleteOnGrid = async (db: Db, table: string, ids: readonly string[], weeks: readonly string[]) => {
  const codes = Object.values(snapshotCodes).filter((code) => code !== snapshotCodes.transaction);
  const keys = ids.flatMap((id) => codes.map((code) => String(BigInt(id) * 8n + BigInt(code))));
  for (const week of weeks) {
    const rows = await rowsOf<{ at: string }>(
      db,
      sql`SELECT snapshot_date::text AS at FROM snapshot_runs
          WHERE snapshot_date >= ${week}::timestamptz AND snapshot_date < ${week}::timestamptz + interval '168 hours'
          UNION SELECT day::text FROM generate_series(${week}::timestamptz,
            ${week}::timestamptz + interval '144 hours', interval '24 hours') AS day`,
    );
    await db.execute(sql`DELETE FROM ${sql.raw(table)}
      WHERE snapshot_date = ANY(${sql.param(rows.map(({ at }) => at))}::timestamptz[])
        AND id = ANY(${sql.param(keys)}::bigint[])`);
  }
};

/** Deletes all history of a user, in the caller's transaction. Called while the user's balances are still there. */
export const purgeHistory = async (db: Db, userId: bigint): Promise<void> => {
  await db.execute(sql`DELETE FROM balances_history
    WHERE id % 8 = 0 AND id = ANY(ARRAY(SELECT id * 8 FROM balances WHERE user_id = ${userId}))`);
  for (const [table, owners] of Object.entries(subjects)) {
    const rows = await rowsOf<{ id: string }>(
      db,
      sql`SELECT id FROM ${sql.raw(owners)} WHERE user_id = ${userId} ORDER BY id`,
    );
    const weeks = rows.length === 0 ? [] : await weeksOf(db, table);
    for (let start = 0; start < rows.length; start += batchSize) {
      const ids = rows.slice(start, start + batchSize).map(({ id }) => id);
      await deleteOnGrid(db, table, ids, weeks);
    }
  }
};

/** Giving disk back that deleted rows had, while others read and write: no lock is held for longer than a small part takes. */
import { type SQL, sql } from 'drizzle-orm';
import { type Db, rowsOf } from './client.ts';
import { historyTables } from './history-trim.ts';

/** A chunk as it lies on disk, in pages. */
interface ChunkSpace extends Record<string, unknown> {
  /** With its schema, quoted. */
  name: string;
  pages: number;
  /** As many as its rows need; an estimate. */
  needed: number;
}

const hypertables = [...historyTables, 'token_prices'];

/** What a row has beside its columns: its header, the map of nulls, its place in the page, and padding. */
const overhead = 36;
const pageBytes = 8_168;

/**
 * Chunks by what is known of them.
 *
 * @param which of them: a condition on `name` and `range_end`
 */
const chunkSpaces = (db: Db, which: SQL): Promise<ChunkSpace[]> =>
  rowsOf<ChunkSpace>(
    db,
    sql`SELECT name, (pg_relation_size(name) / 8192)::int AS pages,
          ceil(pg_stat_get_live_tuples(name) * (${overhead}::int + coalesce(width, 0)) / ${pageBytes}::int)::int AS needed
        FROM (
          SELECT format('%I.%I', chunk_schema, chunk_name)::regclass AS name, range_end,
            (SELECT sum(avg_width * (1 - null_frac)) FROM pg_stats
             WHERE schemaname = chunk_schema AND tablename = chunk_name)::float AS width
          FROM timescaledb_information.chunks
          WHERE hypertable_name = ANY(${sql.param(hypertables)}::text[])
        ) AS chunk
        WHERE ${which} ORDER BY name::text`,
  );

/** A chunk that is half empty, and more than a small one. */
const isSpacious = ({ pages, needed }: ChunkSpace): boolean => pages > 2 * needed + 100;

/** Makes space that nothing is in usable, gives back what lies at the end, and finds out how many rows there are. */
const vacuum = async (db: Db, chunk: SQL): Promise<void> => {
  await db.execute(sql`VACUUM (ANALYZE) ${chunk}`);
};

/** So many pages are looked through at a time. */
const step = 1_000;

/**
 * Writes the rows of some pages anew: after a vacuum that is where the first free pages are. Writers wait meanwhile, readers
 * do not.
 *
 * @throws lock_not_available (55P03) when somebody writes for longer than a second
 */
const moveRows = (db: Db, chunk: SQL, from: number, to: number): Promise<void> =>
  db.transaction(async (tx) => {
    await tx.execute(sql`SELECT set_config('lock_timeout', '1s', true)`);
    await tx.execute(sql`LOCK TABLE ${chunk} IN SHARE ROW EXCLUSIVE MODE`);
    await tx.execute(sql`
      WITH moved AS (DELETE FROM ${chunk} WHERE ctid >= ${`(${from},0)`}::tid AND ctid < ${`(${to},0)`}::tid RETURNING *)
      INSERT INTO ${chunk} SELECT * FROM moved`);
  });

/** Indexes do not shrink as tables do. One that an interrupted run has left is of no use. */
const rebuildIndexes = async (db: Db, name: string): Promise<void> => {
  const left = await rowsOf<{ index: string }>(
    db,
    sql`SELECT indexrelid::regclass::text AS index FROM pg_index WHERE indrelid = ${name}::regclass AND NOT indisvalid`,
  );
  for (const { index } of left) await db.execute(sql`DROP INDEX CONCURRENTLY ${sql.raw(index)}`);
  await db.execute(sql`REINDEX TABLE CONCURRENTLY ${sql.raw(name)}`);
};

/** The names of chunks that end before a moment and look half empty. */
export const spaciousChunks = async (db: Db, before: Date): Promise<string[]> => {
  // What this connection has just deleted is told to others some seconds later.
  await db.execute(sql`SELECT pg_stat_force_next_flush()`);
  const ended = await chunkSpaces(db, sql`range_end <= ${before.toISOString()}::timestamptz`);
  return ended.filter(isSpacious).map(({ name }) => name);
};

/**
 * Gives back what a chunk does not need, if it is as empty as it looked. Outside of any transaction, which VACUUM refuses.
 *
 * @returns whether it was
 * @throws lock_not_available (55P03) when somebody writes to it for longer than a second
 */
export const compactChunk = async (db: Db, name: string): Promise<boolean> => {
  const chunk = sql.raw(name);
  await vacuum(db, chunk);
  const [space] = await chunkSpaces(db, sql`name = ${name}::regclass`);
  if (!space || !isSpacious(space)) return false;
  for (let from = space.needed + 1; from < space.pages; from += step)
    await moveRows(db, chunk, from, Math.min(from + step, space.pages));
  await vacuum(db, chunk);
  await rebuildIndexes(db, name);
  return true;
};

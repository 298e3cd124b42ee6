import { sql } from 'drizzle-orm';
import type { ScheduledType } from '#shared/domain/snapshot.ts';
import { type Db, rowsOf } from './client.ts';
import { milliseconds } from './ledger-units.ts';

/** Which snapshots of a shard there are at some instants, all in milliseconds. */
export interface ShardRuns {
  /** The first that its schedule was due for; null where there is none. What was made up for tells nothing of those before. */
  firstAt: number | null;
  /** By instant: of which granularity, and whether none of them was taken in time. */
  taken: ReadonlyMap<number, { granularities: readonly ScheduledType[]; isFilled: boolean }>;
}

interface Row extends Record<string, unknown> {
  shard: number;
  first_at: string | null;
  at: string | null;
  /** With commas between them: an array takes several times as long to read. */
  granularities: string | null;
  is_filled: boolean | null;
}

const typesOf = (names: string) => names.split(',') as ScheduledType[];

/** The snapshots of some shards at some instants. */
export const snapshotRuns = async (
  db: Db,
  shards: readonly number[],
  instants: readonly number[],
): Promise<Map<number, ShardRuns>> => {
  const rows = await rowsOf<Row>(
    db,
    // Looked up once a shard, for the planner would do it for each instant.
    sql`WITH known AS MATERIALIZED (
          SELECT shard, (SELECT ${milliseconds(sql`snapshot_date`)} FROM snapshot_runs
            WHERE snapshot_runs.shard = given.shard AND triggered_by = 'schedule' ORDER BY snapshot_date LIMIT 1) AS first_at
          FROM unnest(${sql.param([...shards])}::integer[]) AS given (shard)
        )
        SELECT shard, first_at, ${milliseconds(sql`runs.at`)} AS at, granularities, is_filled
        FROM known LEFT JOIN (
          SELECT shard, snapshot_date AS at, string_agg(snapshot_type, ',') AS granularities,
            bool_and(triggered_by = 'refill') AS is_filled
          FROM snapshot_runs
          WHERE snapshot_date = ANY(ARRAY(SELECT unnest(
                ${sql.param(instants.map((at) => new Date(at).toISOString()))}::timestamptz[])))
            AND shard = ANY(${sql.param([...shards])}::integer[])
          GROUP BY shard, snapshot_date) AS runs USING (shard)`,
  );
  const byShard = Map.groupBy(rows, ({ shard }) => shard);
  return new Map(
    [...byShard].map(([shard, some]) => {
      const [{ first_at: first } = { first_at: null }] = some;
      const taken = some.flatMap(({ at, granularities, is_filled }) =>
        at === null || granularities === null
          ? []
          : [[Number(at), { granularities: typesOf(granularities), isFilled: is_filled ?? false }] as const],
      );
      return [shard, { firstAt: first === null ? null : Number(first), taken: new Map(taken) }];
    }),
  );
};

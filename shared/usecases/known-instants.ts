import type { Db } from '#shared/adapters/db/client.ts';
import type { Moment } from '#shared/adapters/db/history-points.ts';
import type { HistoryBalance } from '#shared/adapters/db/history-scope.ts';
import { type ShardRuns, snapshotRuns } from '#shared/adapters/db/snapshot-runs.ts';
import type { Interval } from '#shared/domain/history-grid.ts';
import { type ScheduledType, shardSize } from '#shared/domain/snapshot.ts';
import { keptSince } from './kept-since.ts';

/** What is known of an instant: whether snapshots are missing, or were made up for later. */
export interface Instant extends Moment {
  isGap: boolean;
  isFilled: boolean;
}

const ownGranularity = { hour: 'hourly', day: 'daily', week: 'weekly', month: 'monthly' } as const;

/**
 * Which of some instants of a grid are known. A balance that had not begun is known to have had nothing. Before a shard's
 * first snapshot its days, weeks and months are what the ledger says, while its hours are unknown; and nothing is known
 * of what is older than rows are kept.
 *
 * @param instants in milliseconds
 */
export const knownInstants = async (
  db: Db,
  balances: readonly HistoryBalance[],
  instants: readonly number[],
  { interval, now }: { interval: Interval; now: Date },
): Promise<Instant[]> => {
  const begins = new Map<number, number>();
  for (const { id, beganAt } of balances) {
    const shard = Math.floor(id / shardSize);
    begins.set(shard, Math.min(beganAt, begins.get(shard) ?? beganAt));
  }
  const runs = begins.size === 0 ? new Map() : await snapshotRuns(db, [...begins.keys()], instants);
  const kept = keptSince(now);
  const isKept = (granularity: ScheduledType, at: number) => at >= Number(kept[granularity] ?? 0);
  const own = ownGranularity[interval];
  const stateOf = ({ firstAt, taken }: ShardRuns, at: number) => {
    const run = taken.get(at);
    const readable = run?.granularities.filter((granularity) => isKept(granularity, at)) ?? [];
    if (run && readable.length > 0) return { readable, isFilled: run.isFilled };
    const isRebuilt = interval !== 'hour' && isKept(own, at) && !(firstAt !== null && firstAt < at);
    return { readable: isRebuilt ? [own] : [], isFilled: false };
  };
  return instants.map((at) => {
    const begun = [...begins].filter(([, beganAt]) => beganAt <= at);
    const states = begun.map(([shard]) =>
      stateOf(runs.get(shard) ?? { firstAt: null, taken: new Map() }, at),
    );
    const isEverywhere = (granularity: ScheduledType) =>
      states.every(({ readable }) => readable.includes(granularity));
    return {
      at,
      granularity: [own, ...(states[0]?.readable ?? [])].find(isEverywhere) ?? null,
      isGap: states.some(({ readable }) => readable.length === 0),
      isFilled: states.some(({ isFilled }) => isFilled),
    };
  });
};

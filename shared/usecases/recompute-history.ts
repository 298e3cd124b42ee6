import type { Db } from '#shared/adapters/db/client.ts';
import { cleanHistories, dirtyHistories, recomputeRows } from '#shared/adapters/db/history-recompute.ts';
import { lockHistory } from '#shared/adapters/db/snapshots.ts';
import { settings } from '#shared/config.ts';
import { keptSince } from './kept-since.ts';

/** So many balances are recomputed at once; and no more are begun after so long, for the next run comes in a minute. */
const batchSize = 50;
const budgetMs = 40_000;

/**
 * Makes history what the ledgers say, of balances whose past has changed since. What a snapshot would have written then,
 * had it known, is what is there afterwards.
 */
export const recomputeHistory = async (db: Db, now: Date) => {
  const { DUST_THRESHOLD: dustThreshold } = settings();
  const options = { now, kept: keptSince(now), dustThreshold };
  const started = performance.now();
  const done = { balances: 0, written: 0, deleted: 0 };
  while (performance.now() - started < budgetMs) {
    const count = await db.transaction(async (tx) => {
      await lockHistory(tx);
      const dirty = await dirtyHistories(tx, batchSize);
      if (dirty.length === 0) return 0;
      // A wallet's deletion takes its history out of reach: nobody sees whether it is right.
      const alive = dirty.filter(({ is_deleted }) => !is_deleted).map(({ id }) => id);
      const { written, deleted } = await recomputeRows(tx, alive, options);
      await cleanHistories(tx, dirty);
      done.written += written;
      done.deleted += deleted;
      return dirty.length;
    });
    done.balances += count;
    if (count < batchSize) break;
  }
  return done;
};

import type { Db } from '#shared/adapters/db/client.ts';
import {
  cleanHistories,
  type DirtyHistory,
  dirtyHistories,
  recomputeRows,
} from '#shared/adapters/db/history-recompute.ts';
import { lockHistory } from '#shared/adapters/db/snapshots.ts';
import { settings } from '#shared/config.ts';
import { keptSince } from './kept-since.ts';

/** So many balances at once, and so many of their transactions: every snapshot waits for as long as that takes. */
const batch = { balances: 20, transactions: 25_000 };

/** No more is begun after so long, for the next run comes in a minute; and a statement that takes so long is ended. */
const [budgetMs, longestMs] = [30_000, 20_000];

/**
 * Makes history what the ledgers say, of balances whose past has changed since. What a snapshot would have written then,
 * had it known, is what is there afterwards. Of a long ledger it is a part at a time, from the earliest on; where this run
 * ends, the next goes on.
 *
 * @returns how many balances are done, and how many rows were written and deleted
 * @throws Error when one could not be recomputed, after the others have been
 */
export const recomputeHistory = async (db: Db, now: Date) => {
  const { DUST_THRESHOLD: dustThreshold } = settings();
  const options = { now, kept: keptSince(now), dustThreshold };
  const done = { balances: 0, written: 0, deleted: 0 };
  const failures = new Map<string, unknown>();
  let dirty: DirtyHistory[] = [];

  const recompute = (limit: number) => {
    dirty = [];
    return db.transaction(async (tx) => {
      await lockHistory(tx, longestMs);
      dirty = await dirtyHistories(tx, { limit, except: [...failures.keys()] });
      // A wallet's deletion takes its history out of reach: nobody sees whether it is right.
      const alive = dirty.filter(({ is_deleted }) => !is_deleted).map(({ id }) => id);
      const most = Math.floor(batch.transactions / Math.max(alive.length, 1));
      const { written, deleted, reached } = await recomputeRows(tx, alive, { ...options, most });
      await cleanHistories(tx, dirty, reached);
      return { balances: dirty.length - reached.size, written, deleted };
    });
  };

  const started = performance.now();
  let limit = batch.balances;
  do {
    try {
      const { balances, written, deleted } = await recompute(limit);
      done.balances += balances;
      done.written += written;
      done.deleted += deleted;
    } catch (error) {
      const [first] = dirty;
      if (!first) throw error;
      // Whichever it was, the others are not to wait for it: one at a time from here on.
      if (limit === 1) failures.set(first.id, error);
      limit = 1;
    }
  } while (dirty.length > 0 && performance.now() - started < budgetMs);
  for (const [id, cause] of failures)
    throw new Error(`the history of balance ${id} was not recomputed`, { cause });
  return done;
};

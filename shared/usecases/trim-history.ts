import { compactChunk, spaciousChunks } from '#shared/adapters/db/chunk-space.ts';
import type { Db } from '#shared/adapters/db/client.ts';
import {
  type Chunk,
  deleteRowsOf,
  deleteRuns,
  dropChunk,
  type HistoryTable,
  hasRowsOf,
  storedChunks,
  thinPrices,
  typesTaken,
} from '#shared/adapters/db/history-trim.ts';
import { settings } from '#shared/config.ts';
import { instantOf, type SnapshotType, snapshotCodes } from '#shared/domain/snapshot.ts';
import { keptSince } from './kept-since.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

const types = Object.keys(snapshotCodes) as SnapshotType[];

/** Rows that were recomputed have no run to tell of them: so long after they are due their chunks are looked through. */
const lookedThroughMs = 35 * dayMs;

/** Prices of every refresh are kept so long: what is recomputed later takes those of the hour. */
const everyPriceMs = 7 * dayMs;

/** Days of prices that are looked through, before the first that is kept whole: the job may have failed for as long. */
const priceDays = 14;

const isLockTimeout = (error: unknown): boolean =>
  error instanceof Error && ((error as { code?: unknown }).code === '55P03' || isLockTimeout(error.cause));

/** Rows of transactions are kept as long as daily ones, and no run of their own tells of them. */
const keptLike = (type: SnapshotType) => (type === 'transaction' ? 'daily' : type);

/** The types of a chunk whose rows are not kept any longer; what is not of them is, if only for another while. */
const expiredIn = ({ to }: Chunk, now: Date): SnapshotType[] => {
  const kept = keptSince(now);
  return types.filter((type) => {
    const since = kept[keptLike(type)];
    return since !== null && since >= to;
  });
};

/** Those of them that there may still be rows of. */
const pendingIn = async (db: Db, chunk: Chunk, now: Date): Promise<SnapshotType[]> => {
  const expired = expiredIn(chunk, now);
  if (expired.length === 0 || expired.length === types.length) return expired;
  const taken = await typesTaken(db, chunk);
  const kept = keptSince(now);
  const isRecent = (type: SnapshotType) =>
    type !== 'hourly' && +(kept[keptLike(type)] ?? 0) - +chunk.to < lookedThroughMs;
  return expired.filter((type) => taken.includes(keptLike(type)) || isRecent(type));
};

/** Deletes hour by hour, or day by day: whoever recomputes the same rows does not wait for a chunk of them. */
const deleteStepwise = async (
  db: Db,
  table: HistoryTable,
  chunk: Chunk,
  pending: readonly SnapshotType[],
): Promise<number> => {
  const step = pending.includes('hourly') ? hourMs : dayMs;
  let deleted = 0;
  for (let at = +chunk.from; at < +chunk.to; at += step) {
    const span = { from: new Date(at), to: new Date(at + step) };
    deleted += await deleteRowsOf(db, table, span, pending);
  }
  return deleted;
};

interface Trimmed {
  dropped: number;
  deleted: number;
  /** Chunks that somebody was reading, or writing to: it is the next run's turn. */
  postponed: number;
}

const trimChunk = async (db: Db, chunk: Chunk, now: Date, trimmed: Trimmed): Promise<void> => {
  const pending = await pendingIn(db, chunk, now);
  if (pending.length === 0) return;
  const staying = types.filter((type) => !expiredIn(chunk, now).includes(type));
  const before = trimmed.postponed;
  for (const table of chunk.tables) {
    if (staying.length > 0 && (await hasRowsOf(db, table, chunk, staying))) {
      trimmed.deleted += await deleteStepwise(db, table, chunk, pending);
      continue;
    }
    try {
      await dropChunk(db, table, chunk);
      trimmed.dropped += 1;
    } catch (error) {
      if (!isLockTimeout(error)) throw error;
      trimmed.postponed += 1;
    }
  }
  if (trimmed.postponed === before) await deleteRuns(db, chunk, expiredIn(chunk, now));
};

/** Leaves one price to each of some hours, or days, up to a moment that is so long ago. */
const thin = async (db: Db, now: Date, ageMs: number, unitMs: number): Promise<number> => {
  const end = +instantOf('daily', new Date(+now - ageMs));
  let deleted = 0;
  for (let at = end - priceDays * dayMs; at < end; at += unitMs)
    deleted += await thinPrices(db, { from: new Date(at), to: new Date(at + unitMs) });
  return deleted;
};

/**
 * Gives back the disk that rows had which were deleted. A chunk that somebody writes to is left to the next run.
 *
 * @throws the first failure, once the other chunks are done
 */
const giveBack = async (db: Db, before: Date, trimmed: Trimmed): Promise<number> => {
  let compacted = 0;
  const failures: unknown[] = [];
  for (const chunk of await spaciousChunks(db, before)) {
    try {
      if (await compactChunk(db, chunk)) compacted += 1;
    } catch (error) {
      if (isLockTimeout(error)) trimmed.postponed += 1;
      else failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return compacted;
};

/**
 * Forgets history that is older than the settings keep it, and of prices all but one an hour, later one a day. Where nothing
 * of a chunk is to stay it is dropped whole, else its rows are deleted, and what stays moves together. Reads go on: nobody is made to wait for longer than a
 * second. What is wanted by somebody just then is left to the next run.
 */
export const trimHistory = async (db: Db, now: Date) => {
  const trimmed: Trimmed = { dropped: 0, deleted: 0, postponed: 0 };
  for (const chunk of await storedChunks(db)) await trimChunk(db, chunk, now, trimmed);
  const { PRICES_KEEP_DAYS } = settings();
  let prices = await thin(db, now, everyPriceMs, hourMs);
  if (PRICES_KEEP_DAYS > 0) prices += await thin(db, now, PRICES_KEEP_DAYS * dayMs, dayMs);
  const compacted = await giveBack(db, new Date(+now - everyPriceMs), trimmed);
  return { ...trimmed, prices, compacted };
};

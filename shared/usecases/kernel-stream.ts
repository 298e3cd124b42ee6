import { copyEvents, type Place, placeAt, placeBehind } from '#shared/adapters/db/ledger-events.ts';
import { alongIndexes } from '#shared/adapters/db/ledger-units.ts';
import { copyLots, copyMatches } from '#shared/adapters/db/ledger-write.ts';
import {
  applyBytes,
  beginCopy,
  giveBack,
  isStuck,
  type Kernel,
  ledgerFits,
  lotRows,
  matchRows,
  progressOf,
  startKernel,
} from '#shared/domain/kernel/kernel.ts';
import type { LedgerEvent } from '#shared/domain/ledger.ts';
import { engineStream, type LongReplay, type Stream } from './streams.ts';

/** All lots that are open in the end may be more than should be in memory twice. */
const mostBytes = 2 ** 22;

/** Bytes that are put together, again and again in the same place: what is let go of piece by piece piles up for long. */
interface Heap {
  bytes: Buffer;
  size: number;
}

const collect = (heap: Heap, some: Uint8Array): void => {
  const size = heap.size + some.length;
  if (size > heap.bytes.length) {
    const grown = Buffer.allocUnsafeSlow(2 * size);
    heap.bytes.copy(grown, 0, 0, heap.size);
    heap.bytes = grown;
  }
  heap.bytes.set(some, heap.size);
  heap.size = size;
};

/** What has been put together; the next begins anew. */
const taken = (heap: Heap): Uint8Array => {
  const { size } = heap;
  heap.size = 0;
  return heap.bytes.subarray(0, size);
};

/** A kernel at work. */
interface Work {
  readonly kernel: Kernel;
  readonly long: LongReplay;
  readonly heap: Heap;
}

/** Replays a batch as it is read, and then writes its matches. */
const replayBatch = async ({ kernel, long: { db, userId }, heap }: Work, place: Place, batch: number) => {
  beginCopy(kernel);
  for await (const bytes of await copyEvents(db, kernel.ledger.balanceId, place, batch)) {
    for (const block of applyBytes(kernel, bytes)) {
      for (const some of matchRows(kernel, Number(userId), block)) collect(heap, some);
    }
  }
  await copyMatches(db, taken(heap));
};

/** Writes the new lots that are spent; in the end, all. */
const writeLots = async ({ kernel, long: { db, userId }, heap }: Work, isLast: boolean): Promise<void> => {
  for (const some of lotRows(kernel, Number(userId), { isLast })) {
    collect(heap, some);
    if (heap.size > mostBytes) await copyLots(db, taken(heap));
  }
  await copyLots(db, taken(heap));
};

const year2000 = Date.UTC(2000, 0);

/** Lets everything pass that follows a transaction. */
const behind = (id: number): ((event: LedgerEvent) => boolean) => {
  let isBehind = id === 0;
  return (event) => {
    if (isBehind) return true;
    isBehind = event.id === id;
    return false;
  };
};

/** The engine goes on from where the kernel has come to. */
const goOn = async (kernel: Kernel, long: LongReplay): Promise<void> => {
  const { id, time, ties } = progressOf(kernel);
  giveBack(kernel, long.replay, { isTaken: false });
  const last = year2000 + Math.floor(time / 1000);
  const units = long.units.map((unit) => ({ ...unit, since: ties === 0 ? unit.since : last }));
  await engineStream({ ...long, units }, behind(id));
};

/**
 * As `engineStream`, by the kernel where that can hold what there is: one balance, by FIFO, nothing named. A transaction too
 * large for it, and what comes behind, is left to the engine.
 *
 * @param batch so many transactions are read, and then what they did is written: one connection does one at a time
 */
export const kernelStreamOf =
  (batch: number): Stream =>
  async (long) => {
    const { units, states, ledgers, replay } = long;
    const [ledger] = ledgers;
    const [unit] = units;
    const isAlone = ledgers.length === 1 && units.length === 1;
    if (!isAlone || !ledger || !unit || states.get(ledger.balanceId)?.hasSelections || !ledgerFits(ledger)) {
      return engineStream(long);
    }
    const kernel = startKernel(ledger);
    const work = { kernel, long, heap: { bytes: Buffer.alloc(0), size: 0 } };
    await alongIndexes(long.db, async () => {
      for (let place = placeAt(unit.since); ; place = placeBehind(progressOf(kernel))) {
        await replayBatch(work, place, batch);
        await writeLots(work, false);
        if (isStuck(kernel) || progressOf(kernel).rows < batch) break;
      }
    });
    if (isStuck(kernel)) return goOn(kernel, long);
    await writeLots(work, true);
    giveBack(kernel, replay, { isTaken: true });
  };

export const kernelStream = kernelStreamOf(20_000);

import { copyEvents, type Place, placeAt, placeBehind } from '#shared/adapters/db/ledger-events.ts';
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

/** Replays a batch as it is read; gives the rows of its matches. */
const replayBatch = async (
  kernel: Kernel,
  { db, userId }: LongReplay,
  place: Place,
  batch: number,
): Promise<Uint8Array[]> => {
  const rows: Uint8Array[] = [];
  beginCopy(kernel);
  for await (const bytes of await copyEvents(db, kernel.ledger.balanceId, place, batch)) {
    for (const block of applyBytes(kernel, bytes)) {
      for (const some of matchRows(kernel, Number(userId), block)) rows.push(Buffer.from(some));
    }
  }
  return rows;
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
    const { db, userId, units, states, ledgers, replay } = long;
    const [ledger] = ledgers;
    const [unit] = units;
    const isAlone = ledgers.length === 1 && units.length === 1;
    if (!isAlone || !ledger || !unit || states.get(ledger.balanceId)?.hasSelections || !ledgerFits(ledger)) {
      return engineStream(long);
    }
    const kernel = startKernel(ledger);
    for (let place = placeAt(unit.since); ; place = placeBehind(progressOf(kernel))) {
      await copyMatches(db, await replayBatch(kernel, long, place, batch));
      await copyLots(db, lotRows(kernel, Number(userId), { isLast: false }));
      if (isStuck(kernel)) return goOn(kernel, long);
      if (progressOf(kernel).rows < batch) break;
    }
    await copyLots(db, lotRows(kernel, Number(userId), { isLast: true }));
    giveBack(kernel, replay, { isTaken: true });
  };

export const kernelStream = kernelStreamOf(20_000);

import { copyLots, copyMatches } from '#shared/adapters/db/ledger-write.ts';
import {
  applyEvents,
  eventsFit,
  giveBack,
  type Kernel,
  ledgerFits,
  lotRows,
  matchRows,
  startKernel,
} from '#shared/domain/kernel/kernel.ts';
import type { LedgerEvent } from '#shared/domain/ledger.ts';
import { type StartPass, streamedPass } from './passes.ts';

/** The rows of matches, made as the kernel makes the matches. */
function* rowsOf(kernel: Kernel, userId: number, events: readonly LedgerEvent[]): Generator<Uint8Array> {
  for (const block of applyEvents(kernel, events)) yield* matchRows(kernel, userId, block);
}

/**
 * As `streamedPass`, through the kernel for as long as it can hold what comes: one balance, by FIFO, without links and named
 * lots. From the first batch on that does not fit, the engine goes on from where the kernel has come to.
 */
export const kernelPass: StartPass = (context) => {
  const { db, userId, ledgers, replay } = context;
  const [alone] = ledgers;
  const user = Number(userId);
  const others = streamedPass(context);
  let kernel = ledgers.length === 1 && alone && ledgerFits(alone) ? startKernel(alone) : null;
  return {
    apply: async (events) => {
      if (kernel && !eventsFit(kernel, events)) {
        giveBack(kernel, replay, { isTaken: false });
        kernel = null;
      }
      if (!kernel) return others.apply(events);
      await copyMatches(db, rowsOf(kernel, user, events));
      await copyLots(db, lotRows(kernel, user, { isLast: false }));
    },
    end: async () => {
      if (!kernel) return others.end();
      await copyLots(db, lotRows(kernel, user, { isLast: true }));
      giveBack(kernel, replay, { isTaken: true });
    },
  };
};

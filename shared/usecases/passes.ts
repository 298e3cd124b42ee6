/** How the transactions of a replay are gone through, batch by batch. */
import type { Db } from '#shared/adapters/db/client.ts';
import { writeBookings } from '#shared/adapters/db/ledger-write.ts';
import type { Replay } from '#shared/domain/booking.ts';
import type { Ledger, LedgerEvent } from '#shared/domain/ledger.ts';
import { applyInOrder } from '#shared/domain/replay.ts';

/** What a pass works with: an open transaction, and ledgers that it changes. */
export interface PassContext {
  db: Db;
  userId: bigint;
  ledgers: readonly Ledger[];
  replay: Replay;
}

export interface Pass {
  /** Applies a batch, which follows those before in the order of the replay. */
  apply: (events: readonly LedgerEvent[]) => Promise<void>;
  /** Leaves the ledgers as they are to be written. */
  end: () => Promise<void>;
}

export type StartPass = (context: PassContext) => Pass;

/** Few transactions: what they do is written along with the totals. */
export const shortPass: StartPass = ({ replay }) => ({
  apply: async (events) => applyInOrder(events, replay),
  end: async () => undefined,
});

/** Any number: matches and spent lots are written, and let go of, after each batch. */
export const streamedPass: StartPass = ({ db, userId, ledgers, replay }) => ({
  apply: async (events) => {
    applyInOrder(events, replay);
    await writeBookings(db, userId, ledgers, false);
  },
  end: async () => undefined,
});

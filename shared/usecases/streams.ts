/** Going through any number of transactions: what they do is written as they are replayed, so that little is in memory. */
import type { Db } from '#shared/adapters/db/client.ts';
import { readEvents } from '#shared/adapters/db/ledger-events.ts';
import type { LedgerState } from '#shared/adapters/db/ledger-states.ts';
import { writeBookings } from '#shared/adapters/db/ledger-write.ts';
import type { Replay } from '#shared/domain/booking.ts';
import type { Ledger, LedgerEvent } from '#shared/domain/ledger.ts';
import { applyInOrder } from '#shared/domain/replay.ts';
import type { ReplayUnit } from '#shared/domain/units.ts';

/** A replay about to begin, in an open transaction. */
export interface LongReplay {
  db: Db;
  userId: bigint;
  units: readonly ReplayUnit[];
  states: ReadonlyMap<number, LedgerState>;
  /** As they stood before; a stream leaves them as they are to be written. */
  ledgers: readonly Ledger[];
  replay: Replay;
}

export type Stream = (long: LongReplay) => Promise<void>;

/** Replays whatever there is, and writes matches and spent lots after each batch. */
export const engineStream = async (
  { db, userId, units, states, ledgers, replay }: LongReplay,
  isWanted: (event: LedgerEvent) => boolean = () => true,
): Promise<void> => {
  for await (const events of readEvents(db, units, states)) {
    applyInOrder(events.filter(isWanted), replay);
    await writeBookings(db, userId, ledgers, false);
  }
};

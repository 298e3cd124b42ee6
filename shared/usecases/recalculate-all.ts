import { lockAllLedgers } from '#shared/adapters/db/ledger-units.ts';
import { announceReplays } from './announce-replays.ts';
import type { Change } from './context.ts';

/** Has every balance of every user replayed from its first transaction, through the queue. */
export const recalculateAll = async (change: Change) => {
  await lockAllLedgers(change.db);
  return { ...(await announceReplays(change)), state: 'recalculating' as const };
};

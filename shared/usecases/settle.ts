import { balanceUuids, type Change as LedgerChange, markDirty } from '#shared/adapters/db/balance-writes.ts';
import type { LedgerState } from '#shared/adapters/db/ledger-states.ts';
import { instantText } from '#shared/adapters/db/ledger-units.ts';
import { settings } from '#shared/config.ts';
import type { Caller, Change } from './context.ts';
import { type Recalculated, recalculateBalances } from './recalculate-balances.ts';
import { announceDirty } from './send-outbox.ts';

/** The earliest moment of change of each balance, in milliseconds since 1970. */
const earliest = (changes: readonly LedgerChange[]): Map<number, number> => {
  const moments = new Map<number, number>();
  for (const { balance_id, since } of changes) {
    const id = Number(balance_id);
    const moment =
      since === instantText(Number.NEGATIVE_INFINITY) ? Number.NEGATIVE_INFINITY : Date.parse(since);
    moments.set(id, Math.min(moments.get(id) ?? Number.POSITIVE_INFINITY, moment));
  }
  return moments;
};

/**
 * Brings changed balances up to date: in the change's own transaction where few transactions must be replayed, so that
 * callers read their own write; else through the queue, and they are `recalculating` meanwhile. The caller holds the lock
 * of the user's ledgers.
 *
 * @param known how some of them stand, where that has been read already
 * @returns the balances that are current now; null when they are left to the queue
 */
export const settle = async (
  change: Change,
  caller: Caller,
  changes: readonly LedgerChange[],
  known: readonly LedgerState[] = [],
): Promise<Recalculated[] | null> => {
  const moments = earliest(changes);
  const limit = settings().INLINE_REPLAY_LIMIT;
  const settled = await recalculateBalances(change.db, caller.userId, moments, { limit, known });
  if (settled) return settled;
  await markDirty(change.db, changes);
  await announceDirty(change, caller, await balanceUuids(change.db, [...moments.keys()].map(BigInt)));
  return null;
};

import { balanceUuids } from '#shared/adapters/db/balance-writes.ts';
import { settings } from '#shared/config.ts';
import type { Caller, Change } from './context.ts';
import { recalculateBalances } from './recalculate-balances.ts';
import { announceDirty } from './send-outbox.ts';

/**
 * Brings changed balances up to date: in the change's own transaction where few transactions must be replayed, so that
 * callers read their own write; else through the queue, and they are `recalculating` meanwhile.
 */
export const settle = async (
  change: Change,
  caller: Caller,
  balanceIds: readonly bigint[],
): Promise<void> => {
  const ids = [...new Set(balanceIds)];
  const current = await recalculateBalances(change.db, caller.userId, ids, {
    limit: settings().INLINE_REPLAY_LIMIT,
  });
  if (current) return;
  for (const uuid of await balanceUuids(change.db, ids)) await announceDirty(change, caller, uuid);
};

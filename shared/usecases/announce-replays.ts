import { markAndAnnounce } from '#shared/adapters/db/recalculations.ts';
import { recalculateBalance } from '#shared/contract/messages.ts';
import type { Change } from './context.ts';

/** So many messages are sent with the answer; the sweeper sends the rest within a minute or so. */
const sentAtOnce = 100;

/**
 * Has balances of all users replayed from their first transactions, through the queue. The caller has locked all
 * ledgers.
 */
export const announceReplays = async ({ db, announced }: Change, tokenId?: bigint) => {
  const marked = await markAndAnnounce(db, {
    message: recalculateBalance.id,
    first: sentAtOnce,
    ...(tokenId === undefined ? {} : { tokenId }),
  });
  announced.push(...marked.first);
  return { balances: marked.balances, announced: marked.announced };
};

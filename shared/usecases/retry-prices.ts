import type { Db } from '#shared/adapters/db/client.ts';
import { usersToPrice } from '#shared/adapters/db/unpriced.ts';
import { settings } from '#shared/config.ts';
import type { Caller } from './context.ts';
import { announceUnpriced, sendAnnounced } from './send-outbox.ts';

/** So many users are announced in a run; the others come in one of the next. */
const mostUsers = 1_000;

/**
 * Announces the users whose transactions wait for a price that somebody may know: a message gives up while sources are
 * silent for longer than it lasts. Who is announced already is not again.
 *
 * @returns how many were announced
 */
export const retryPrices = async (db: Db): Promise<number> => {
  if (settings().PRICE_SOURCES.length === 0) return 0;
  const announced: string[] = [];
  const users: Caller[] = await usersToPrice(db, mostUsers);
  for (const caller of users) await announceUnpriced({ db, announced }, caller);
  await sendAnnounced(db, announced);
  return users.length;
};

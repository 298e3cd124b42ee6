import type { Db } from '#shared/adapters/db/client.ts';
import {
  purgeKeys,
  purgeSessions,
  purgeTransactions,
  purgeUser,
  usersToPurge,
} from '#shared/adapters/db/purge.ts';
import { settings } from '#shared/config.ts';

/**
 * Forgets what has expired by then: answers that were kept for repetitions, ended sessions, and what is left of accounts
 * deleted long ago. One that cannot be deleted keeps no other; of one with many transactions some go at a time, and the
 * rest at once: where it is interrupted, the next run goes on.
 *
 * @throws the first failure, once the rest is done
 */
export const purge = async (db: Db, at: Date) => {
  const keys = await purgeKeys(db, at);
  const sessions = await purgeSessions(db, at);
  const failures: unknown[] = [];
  let users = 0;
  for (const id of await usersToPurge(db, at, settings().PURGE_AFTER_DAYS)) {
    try {
      while ((await db.transaction((tx) => purgeTransactions(tx, id))) > 0);
      await db.transaction((tx) => purgeUser(tx, id));
      users += 1;
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return { keys, sessions, users };
};

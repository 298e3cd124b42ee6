import type { Db } from '#shared/adapters/db/client.ts';
import { lockLedgers } from '#shared/adapters/db/ledger-units.ts';
import {
  purgeKeys,
  purgeSessions,
  purgeTransactions,
  purgeUser,
  usersToPurge,
} from '#shared/adapters/db/purge.ts';
import { emptyWallet, type LeftWallet, walletsToEmpty } from '#shared/adapters/db/wallet-deletion.ts';
import { settings } from '#shared/config.ts';

/** Deletes all that is left of an account. */
const purgeAccount = async (db: Db, id: bigint): Promise<void> => {
  while ((await db.transaction((tx) => purgeTransactions(tx, id))) > 0);
  await db.transaction((tx) => purgeUser(tx, id));
};

/** Deletes, softly, the transactions that are left in a deleted wallet. Between two parts its owner's changes have a turn. */
const emptyLeft = async (db: Db, { userId, walletId }: LeftWallet): Promise<void> => {
  const emptySome = () =>
    db.transaction(async (tx) => {
      await lockLedgers(tx, userId);
      return emptyWallet(tx, userId, walletId);
    });
  while (!(await emptySome()));
};

/**
 * Forgets what has expired by then: answers that were kept for repetitions, ended sessions, and what is left of accounts
 * deleted long ago, and of deleted wallets. One that cannot be deleted keeps no other; of one with many transactions some go
 * at a time: where it is interrupted, the next run goes on.
 *
 * @throws the first failure, once the rest is done
 */
export const purge = async (db: Db, at: Date) => {
  const keys = await purgeKeys(db, at);
  const sessions = await purgeSessions(db, at);
  const failures: unknown[] = [];
  /** Gives the number of those that it went well with. */
  const each = async <T>(all: readonly T[], forget: (one: T) => Promise<void>): Promise<number> => {
    let done = 0;
    for (const one of all) {
      try {
        await forget(one);
        done += 1;
      } catch (error) {
        failures.push(error);
      }
    }
    return done;
  };
  const gone = await usersToPurge(db, at, settings().PURGE_AFTER_DAYS);
  const users = await each(gone, (id) => purgeAccount(db, id));
  const wallets = await each(await walletsToEmpty(db), (left) => emptyLeft(db, left));
  if (failures.length > 0) throw failures[0];
  return { keys, sessions, users, wallets };
};

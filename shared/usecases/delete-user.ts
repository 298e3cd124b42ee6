import type { Db } from '#shared/adapters/db/client.ts';
import { eraseExchangeKeys } from '#shared/adapters/db/exchanges.ts';
import { revokeSessions } from '#shared/adapters/db/sessions.ts';
import { lockUser, presentUser, softDeleteUser } from '#shared/adapters/db/users.ts';
import type { IfMatch } from './context.ts';

/**
 * Deletes an account. Its password and its exchange keys are erased at once, its sessions end, its name and e-mail
 * address are free; the rest is out of reach and purged a while later.
 */
export const deleteUser = async (db: Db, userId: bigint, ifMatch: IfMatch): Promise<void> => {
  ifMatch(presentUser(await lockUser(db, userId)));
  await eraseExchangeKeys(db, userId);
  await revokeSessions(db, userId);
  await softDeleteUser(db, userId);
};

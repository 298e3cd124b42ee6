import type { Db } from '#shared/adapters/db/client.ts';
import { lockAllLedgers } from '#shared/adapters/db/ledger-units.ts';
import { lockToken, presentToken, softDeleteToken, usesOfToken } from '#shared/adapters/db/token-records.ts';
import type { IfMatch } from './context.ts';
import { refuseCounted } from './refuse-counted.ts';

/** @throws TokenError; ConflictError while anybody has recorded anything of it; PreconditionFailed */
export const deleteToken = async (db: Db, uuid: string, ifMatch: IfMatch): Promise<void> => {
  // Whoever is recording something of the token has found it, and must be done before its uses are counted.
  await lockAllLedgers(db);
  const record = await lockToken(db, uuid);
  ifMatch(presentToken(record));
  refuseCounted(await usesOfToken(db, record.token.id), 'This token is in use and stays');
  await softDeleteToken(db, record.token.id);
};

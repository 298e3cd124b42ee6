import type { Db } from '#shared/adapters/db/client.ts';
import {
  lockToken,
  presentToken,
  requireToken,
  type TokenFields,
  updateToken,
} from '#shared/adapters/db/token-records.ts';
import { fault } from '#shared/errors.ts';
import { changed } from './changed.ts';
import type { IfMatch } from './context.ts';

/** @throws TokenError; BadRequestException for a kind that does not fit what the token is; PreconditionFailed */
export const changeToken = async (
  db: Db,
  uuid: string,
  changes: { [K in keyof TokenFields]?: TokenFields[K] | undefined },
  ifMatch: IfMatch,
) => {
  const record = await lockToken(db, uuid);
  const current = presentToken(record);
  ifMatch(current);
  const fields = changed<TokenFields>(current, changes);
  if ((fields.kind === 'native') !== (current.contract_address === null)) {
    throw fault('kind', 'expected "native" for a token without a contract, and for no other');
  }
  await updateToken(db, record.token.id, fields);
  return presentToken(await requireToken(db, uuid));
};

import { lockBelongings, requireQuota } from '#shared/adapters/db/belongings.ts';
import type { Db } from '#shared/adapters/db/client.ts';
import {
  closeOverride,
  findOverride,
  insertOverride,
  presentOverride,
} from '#shared/adapters/db/price-overrides.ts';
import { requireToken } from '#shared/adapters/db/token-records.ts';
import { plain } from '#shared/domain/decimal.ts';
import { notFound } from '#shared/errors.ts';
import type { IfMatch } from './context.ts';

interface Override {
  token_uuid: string;
  /** USD per whole token; zero for what is worth nothing. */
  price_usd: string;
}

/**
 * Has a user's own price of a token hold from now on. What the token was worth before stays as it was; the same price again
 * changes nothing.
 *
 * @throws TokenError, PreconditionFailed; ConflictError when it is one price too many
 */
export const overridePrice = async (
  db: Db,
  userId: bigint,
  { token_uuid, price_usd }: Override,
  now: Date,
  ifMatch: IfMatch,
) => {
  await lockBelongings(db, userId);
  const { token } = await requireToken(db, token_uuid);
  const current = await findOverride(db, userId, token_uuid);
  ifMatch(current ? presentOverride(current) : null);
  const priceUsd = plain(price_usd);
  if (current && plain(current.priceUsd) === priceUsd) return presentOverride(current);
  const validFrom = current ? await closeOverride(db, userId, current.id, now) : now;
  await insertOverride(db, userId, { tokenId: token.id, priceUsd, validFrom });
  await requireQuota(db, userId, 'prices');
  const written = await findOverride(db, userId, token_uuid);
  if (!written) throw new Error('a price vanished after it was set');
  return presentOverride(written);
};

/**
 * Has sources tell again, from now on, what a token is worth.
 *
 * @throws PriceError when the user has set no price; PreconditionFailed
 */
export const removeOverride = async (
  db: Db,
  userId: bigint,
  tokenUuid: string,
  now: Date,
  ifMatch: IfMatch,
): Promise<void> => {
  await lockBelongings(db, userId);
  const current = await findOverride(db, userId, tokenUuid);
  if (!current) throw notFound('Price');
  ifMatch(presentOverride(current));
  await closeOverride(db, userId, current.id, now);
};

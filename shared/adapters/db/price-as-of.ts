/** What a token was worth at an instant, as far as it was known then or was filled in later. */
import { type SQL, sql } from 'drizzle-orm';
import { rowFlags } from '#shared/domain/snapshot.ts';

/**
 * The last price that sources had for a token at an instant, as a subquery of one row at most: `price_usd` and `flags`, which
 * tell whether it was older than an hour or disputed. None where the last is a day old.
 */
export const feedPrice = (tokenId: SQL, at: SQL): SQL => sql`
  SELECT price_usd,
    CASE WHEN price_at < ${at} - interval '1 hour' THEN ${rowFlags.stale} ELSE 0 END
      + CASE WHEN is_disputed THEN ${rowFlags.disputed} ELSE 0 END AS flags
  FROM token_prices
  WHERE token_id = ${tokenId} AND price_at <= ${at} AND price_at > ${at} - interval '24 hours'
  ORDER BY price_at DESC, source LIMIT 1`;

/** Whether a row of `price_overrides`, by its alias, is a user's own price of a token at an instant: it wins then. */
export const overrideHolds = (
  override: SQL,
  { userId, tokenId, at }: Record<'userId' | 'tokenId' | 'at', SQL>,
): SQL =>
  sql`${override}.user_id = ${userId} AND ${override}.token_id = ${tokenId} AND NOT ${override}.is_deleted
      AND ${override}.valid_from <= ${at} AND (${override}.valid_to IS NULL OR ${override}.valid_to > ${at})`;

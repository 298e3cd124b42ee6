import { sql } from 'drizzle-orm';
import { plainOrNull } from '#shared/domain/decimal.ts';
import type { PriceState } from '#shared/domain/holdings.ts';
import { priceStateOf, rowFlags } from '#shared/domain/snapshot.ts';
import { type Db, rowsOf } from './client.ts';
import { feedPrices, overrideHolds } from './price-as-of.ts';

/** A token at a moment, in milliseconds. */
export interface TokenMoment {
  tokenId: number;
  at: number;
}

/** What a token was worth at a moment, and whether to trust it. */
export interface PriceThen {
  /** USD per whole token; null where nobody knew, and where sources disagreed. */
  priceUsd: string | null;
  priceState: PriceState;
}

/**
 * What tokens were worth to a user at some moments: by their own price where they had one, else by the last of the day
 * before, which is stale where it was older than an hour.
 *
 * @returns in the order of the moments
 */
export const pricesAt = async (
  db: Db,
  userId: bigint,
  moments: readonly TokenMoment[],
): Promise<PriceThen[]> => {
  if (moments.length === 0) return [];
  const holds = overrideHolds(sql`override`, {
    userId: sql`${userId}`,
    tokenId: sql`fed.token_id`,
    at: sql`fed.at`,
  });
  const rows = await rowsOf<{ price_usd: string | null; flags: number }>(
    db,
    sql`WITH moment AS (
          SELECT place AS id, token_id, at
          FROM unnest(${sql.param(moments.map(({ tokenId }) => String(tokenId)))}::bigint[],
                      ${sql.param(moments.map(({ at }) => new Date(at).toISOString()))}::timestamptz[])
            WITH ORDINALITY AS given (token_id, at, place)
        ), ${feedPrices('moment')}
        SELECT coalesce(own.price_usd, feed_price_usd) AS price_usd,
          CASE WHEN own.price_usd IS NULL THEN coalesce(feed_flags, 0) ELSE ${rowFlags.manual}::int END AS flags
        FROM fed LEFT JOIN LATERAL (SELECT price_usd FROM price_overrides AS override WHERE ${holds}
          ORDER BY valid_from DESC LIMIT 1) AS own ON true
        ORDER BY id`,
  );
  return rows.map(({ price_usd, flags }) => {
    const priceState = priceStateOf(price_usd, flags);
    return { priceUsd: priceState === 'disputed' ? null : plainOrNull(price_usd), priceState };
  });
};

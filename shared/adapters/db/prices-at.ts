import { sql } from 'drizzle-orm';
import { plain } from '#shared/domain/decimal.ts';
import { rowFlags } from '#shared/domain/snapshot.ts';
import { type Db, rowsOf } from './client.ts';
import { feedPrices, overrideHolds } from './price-as-of.ts';

/** A token at a moment, in milliseconds. */
export interface TokenMoment {
  tokenId: number;
  at: number;
}

/**
 * What tokens were worth to a user at some moments: by their own price where they had one, else by the last of the day
 * before. Null where nobody knew, and where sources disagreed.
 *
 * @returns USD per whole token, in the order of the moments
 */
export const pricesAt = async (
  db: Db,
  userId: bigint,
  moments: readonly TokenMoment[],
): Promise<(string | null)[]> => {
  if (moments.length === 0) return [];
  const holds = overrideHolds(sql`override`, {
    userId: sql`${userId}`,
    tokenId: sql`fed.token_id`,
    at: sql`fed.at`,
  });
  const rows = await rowsOf<{ price_usd: string | null }>(
    db,
    sql`WITH moment AS (
          SELECT place AS id, token_id, at
          FROM unnest(${sql.param(moments.map(({ tokenId }) => String(tokenId)))}::bigint[],
                      ${sql.param(moments.map(({ at }) => new Date(at).toISOString()))}::timestamptz[])
            WITH ORDINALITY AS given (token_id, at, place)
        ), ${feedPrices('moment')}
        SELECT CASE WHEN own.price_usd IS NOT NULL THEN own.price_usd
            WHEN feed_flags & ${rowFlags.disputed}::int = 0 THEN feed_price_usd END AS price_usd
        FROM fed LEFT JOIN LATERAL (SELECT price_usd FROM price_overrides AS override WHERE ${holds}
          ORDER BY valid_from DESC LIMIT 1) AS own ON true
        ORDER BY id`,
  );
  return rows.map(({ price_usd }) => (price_usd === null ? null : plain(price_usd)));
};

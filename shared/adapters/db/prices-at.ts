import { sql } from 'drizzle-orm';
import { plain } from '#shared/domain/decimal.ts';
import { type Db, rowsOf } from './client.ts';

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
  const rows = await rowsOf<{ price_usd: string | null }>(
    db,
    sql`SELECT CASE WHEN own.price_usd IS NOT NULL THEN own.price_usd WHEN NOT known.is_disputed THEN known.price_usd END
          AS price_usd
        FROM unnest(${sql.param(moments.map(({ tokenId }) => String(tokenId)))}::bigint[],
                    ${sql.param(moments.map(({ at }) => new Date(at).toISOString()))}::timestamptz[])
          WITH ORDINALITY AS moment (token_id, at, place)
        LEFT JOIN LATERAL (
          SELECT price_usd FROM price_overrides
          WHERE token_id = moment.token_id AND user_id = ${userId} AND NOT is_deleted
            AND valid_from <= moment.at AND (valid_to IS NULL OR valid_to > moment.at)
          ORDER BY valid_from DESC LIMIT 1) AS own ON true
        LEFT JOIN LATERAL (
          SELECT price_usd, is_disputed FROM token_prices
          WHERE token_id = moment.token_id AND price_at <= moment.at AND price_at > moment.at - interval '24 hours'
          ORDER BY price_at DESC, source LIMIT 1) AS known ON true
        ORDER BY place`,
  );
  return rows.map(({ price_usd }) => (price_usd === null ? null : plain(price_usd)));
};

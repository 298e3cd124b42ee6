import { sql } from 'drizzle-orm';
import { plain } from '#shared/domain/decimal.ts';
import { rowFlags } from '#shared/domain/snapshot.ts';
import { type Db, rowsOf } from './client.ts';
import { feedPrice, overrideHolds } from './price-as-of.ts';

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
  const ofMoment = { userId: sql`${userId}`, tokenId: sql`moment.token_id`, at: sql`moment.at` };
  const holds = overrideHolds(sql`override`, ofMoment);
  const rows = await rowsOf<{ price_usd: string | null }>(
    db,
    sql`SELECT CASE WHEN own.price_usd IS NOT NULL THEN own.price_usd
            WHEN known.flags & ${rowFlags.disputed}::int = 0 THEN known.price_usd END AS price_usd
        FROM unnest(${sql.param(moments.map(({ tokenId }) => String(tokenId)))}::bigint[],
                    ${sql.param(moments.map(({ at }) => new Date(at).toISOString()))}::timestamptz[])
          WITH ORDINALITY AS moment (token_id, at, place)
        LEFT JOIN LATERAL (SELECT price_usd FROM price_overrides AS override WHERE ${holds}
          ORDER BY valid_from DESC LIMIT 1) AS own ON true
        LEFT JOIN LATERAL (${feedPrice(sql`moment.token_id`, sql`moment.at`)}) AS known ON true
        ORDER BY place`,
  );
  return rows.map(({ price_usd }) => (price_usd === null ? null : plain(price_usd)));
};

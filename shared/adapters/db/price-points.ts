/** What tokens were worth at some time, by what sources have said. The same for everybody. */
import { and, eq, sql } from 'drizzle-orm';
import { plain } from '#shared/domain/decimal.ts';
import { notFound } from '#shared/errors.ts';
import { tokenColumns } from './chains.ts';
import { type Db, rowsOf } from './client.ts';
import { isOwnPrice, ownPrice, priceColumns } from './effective-price.ts';
import { chains, tokens } from './schema/chains.ts';

/**
 * A token, and what it is worth to a user now.
 *
 * @throws TokenError when there is no such token
 */
export const requirePricedToken = async (db: Db, userId: bigint, uuid: string) => {
  const [row] = await db
    .select({ id: tokens.id, ...tokenColumns, ...priceColumns })
    .from(tokens)
    .innerJoin(chains, eq(chains.id, tokens.chainId))
    .leftJoin(ownPrice, isOwnPrice(userId))
    .where(and(eq(tokens.uuid, uuid), eq(tokens.isDeleted, false)));
  if (!row) throw notFound('Token');
  return row;
};

interface PointRow extends Record<string, unknown> {
  at: string;
  price_usd: string;
  source: string;
  is_disputed: boolean;
}

/** How a list of prices is divided: every moment of which there is a price, or the last of each hour or day in UTC. */
export type PriceInterval = 'raw' | 'hour' | 'day';

/**
 * A page of a token's prices, the oldest first. Of several sources at one moment the first by name is told. A cursor is
 * the time of the next price, to the microsecond.
 */
export const pagePrices = async (
  db: Db,
  tokenId: bigint,
  { from, to, interval, limit }: { from: string; to: string; interval: PriceInterval; limit: number },
) => {
  const bucket = interval === 'raw' ? sql`price_at` : sql`date_trunc(${interval}, price_at, 'UTC')`;
  const rows = await rowsOf<PointRow>(
    db,
    sql`SELECT DISTINCT ON (bucket) to_char(price_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at,
          price_usd, source, is_disputed
        FROM (
          SELECT *, ${bucket} AS bucket FROM token_prices
          WHERE token_id = ${tokenId} AND price_at BETWEEN ${from}::timestamptz AND ${to}::timestamptz
        ) AS prices
        ORDER BY bucket, price_at DESC, source COLLATE "C"
        LIMIT ${limit + 1}`,
  );
  const shown = rows.slice(0, limit);
  return {
    items: shown.map(({ at, price_usd, source, is_disputed }) => ({
      at: new Date(at).toISOString(),
      price_usd: plain(price_usd),
      price_source: source,
      is_disputed,
    })),
    next_cursor: rows.length > limit ? (rows[limit]?.at ?? null) : null,
  };
};

/** Prices of the past, as far as they have been stored: what sources said, and of which days they said nothing. */
import { sql } from 'drizzle-orm';
import type { PriceSourceName, Quote } from '#shared/adapters/prices/price-source.ts';
import { plain } from '#shared/domain/decimal.ts';
import type { FoundPrice } from '#shared/domain/swap-price.ts';
import { type Db, rowsOf } from './client.ts';
import { milliseconds } from './ledger-units.ts';
import { columnOf, unnest } from './rows.ts';

/** A price that is looked for; times are milliseconds since 1970. */
export interface Wanted {
  tokenId: bigint;
  at: number;
}

/** Columns of what is wanted, and its place in the list. */
const timeColumns = (wanted: readonly Wanted[]) => {
  const column = columnOf(wanted.map((one, place) => ({ ...one, place })));
  return [
    column('place', 'integer', ({ place }) => place),
    column('token_id', 'bigint', ({ tokenId }) => String(tokenId)),
    column('at', 'timestamptz', ({ at }) => new Date(at).toISOString()),
  ];
};

/**
 * Stored prices that nobody disputes, each the nearest within an hour, or else, within a day, the nearest of that day in UTC;
 * in the order of what is wanted.
 */
export const storedPrices = async (
  db: Db,
  wanted: readonly Wanted[],
  within: 'hour' | 'day',
): Promise<(FoundPrice | undefined)[]> => {
  if (wanted.length === 0) return [];
  const isDay = within === 'day';
  const begin = isDay ? sql`day` : sql`given.at`;
  const end = isDay ? sql`day + interval '24 hours' - interval '1 microsecond'` : sql`given.at`;
  const rows = await rowsOf<{ place: number; price_usd: string; source: string; at: string }>(
    db,
    sql`SELECT given.place, found.price_usd, found.source, ${milliseconds(sql`found.price_at`)} AS at
        FROM ${unnest(timeColumns(wanted))}
        CROSS JOIN LATERAL (SELECT date_trunc('day', given.at, 'UTC') AS day OFFSET 0) AS begun
        CROSS JOIN LATERAL (
          SELECT price_usd, source, price_at FROM token_prices
          WHERE token_id = given.token_id AND NOT is_disputed AND price_usd > 0
            AND price_at >= least(${begin}, given.at - interval '1 hour')
            AND price_at <= greatest(${end}, given.at + interval '1 hour')
          ORDER BY abs(extract(epoch FROM price_at - given.at)), source COLLATE "C" LIMIT 1) AS found`,
  );
  const found = new Map(rows.map((row) => [row.place, row]));
  return wanted.map((_, place) => {
    const row = found.get(place);
    return row && { priceUsd: plain(row.price_usd), source: row.source, at: Number(row.at) };
  });
};

/** Keeps what a source said of the past. What it said of a moment is kept once. */
export const insertQuotes = async (
  db: Db,
  source: PriceSourceName,
  quotes: readonly Quote[],
): Promise<void> => {
  if (quotes.length === 0) return;
  const column = columnOf(quotes);
  const given = unnest([
    column('price_at', 'timestamptz', ({ at }) => at.toISOString()),
    column('token_id', 'bigint', ({ tokenId }) => String(tokenId)),
    column('price_usd', 'numeric', ({ priceUsd }) => priceUsd),
  ]);
  // Rows are locked in one order, so that two who write prices at once do not wait for each other.
  await db.execute(sql`
    WITH given AS (SELECT * FROM ${given}
    ), later AS (
      SELECT tokens.id, last.at
      FROM tokens JOIN (SELECT token_id, max(price_at) AS at FROM given GROUP BY token_id) AS last ON token_id = tokens.id
      WHERE last_price_at IS NULL OR last_price_at < last.at ORDER BY tokens.id FOR NO KEY UPDATE OF tokens
    ), told AS (
      UPDATE tokens SET last_price_at = later.at FROM later WHERE later.id = tokens.id
    )
    INSERT INTO token_prices (price_at, token_id, source, price_usd)
    SELECT price_at, token_id, ${source}, price_usd FROM given ON CONFLICT DO NOTHING`);
};

/** Whether no source knew a price of that day when it was last asked, a day ago at most; in the order given. */
export const areGaps = async (db: Db, wanted: readonly Wanted[]): Promise<boolean[]> => {
  if (wanted.length === 0) return [];
  const rows = await rowsOf<{ place: number }>(
    db,
    sql`SELECT given.place FROM ${unnest(timeColumns(wanted))} JOIN price_gaps
        ON price_gaps.token_id = given.token_id AND price_gaps.day = (given.at AT TIME ZONE 'UTC')::date
        WHERE asked_at > now() - interval '1 day'`,
  );
  const gaps = new Set(rows.map(({ place }) => place));
  return wanted.map((_, place) => gaps.has(place));
};

/** Remembers that no source knew. */
export const insertGaps = async (db: Db, wanted: readonly Wanted[]): Promise<void> => {
  if (wanted.length === 0) return;
  await db.execute(sql`
    INSERT INTO price_gaps (token_id, day)
    SELECT DISTINCT token_id, (at AT TIME ZONE 'UTC')::date FROM ${unnest(timeColumns(wanted))}
    ORDER BY 1, 2 ON CONFLICT (token_id, day) DO UPDATE SET asked_at = now()`);
};

/** What a token was worth at an instant, as far as it was known then or was filled in later. */
import { type SQL, sql } from 'drizzle-orm';
import { rowFlags } from '#shared/domain/snapshot.ts';

/** What to think of a price at an instant: whether it was older than an hour, or disputed. */
const flagsOf = (priceAt: SQL, isDisputed: SQL, at: SQL): SQL => sql`
  CASE WHEN ${priceAt} < ${at} - interval '1 hour' THEN ${rowFlags.stale}::int ELSE 0 END
    + CASE WHEN ${isDisputed} THEN ${rowFlags.disputed}::int ELSE 0 END`;

/** A price that is older is none. */
export const feedAge = sql`interval '24 hours'`;

/**
 * The last price that sources had for a token at an instant, as a subquery of one row at most: `price_usd` and `flags`, which
 * tell whether it was older than an hour or disputed. None where the last is a day old.
 */
export const feedPrice = (tokenId: SQL, at: SQL): SQL => sql`
  SELECT price_usd, ${flagsOf(sql`price_at`, sql`is_disputed`, at)} AS flags
  FROM token_prices
  WHERE token_id = ${tokenId} AND price_at <= ${at} AND price_at > ${at} - ${feedAge}
  ORDER BY price_at DESC, source LIMIT 1`;

/**
 * The CTE `fed`: rows of another with what `feedPrice` is of each, as `feed_price_usd` and `feed_flags`. One walk along the
 * prices and the rows of each token; to look each up would ask every chunk of prices for each.
 *
 * @param rows the name of the CTE, whose rows have an `id` that is never null, `token_id` and `at`
 * @param columns the names of its other columns, which `fed` has as well
 */
export const feedPrices = (rows: string, columns: readonly string[] = []): SQL => {
  const [named, names] = [sql.raw(rows), sql.raw(columns.map((column) => `, ${column}`).join(''))];
  const nulls = sql.raw(columns.map(() => ', NULL').join(''));
  return sql`
  walk AS (
    SELECT id, token_id, at${names}, NULL::timestamptz AS price_at, NULL::numeric AS price_usd, NULL::boolean AS is_disputed,
      NULL::text AS source
    FROM ${named}
    UNION ALL
    SELECT NULL, span.token_id, price_at${nulls}, price.*
    FROM (SELECT token_id, min(at) AS first, max(at) AS last FROM ${named} GROUP BY token_id) AS span
    CROSS JOIN LATERAL (
      SELECT price_at, price_usd, is_disputed, source FROM token_prices
      WHERE token_id = span.token_id AND price_at > first - ${feedAge} AND price_at <= last OFFSET 0) AS price
  ), passed AS (
    SELECT *, count(price_at) OVER (PARTITION BY token_id ORDER BY at, id NULLS FIRST, source DESC
      ROWS UNBOUNDED PRECEDING) AS prices
    FROM walk
  ), last_passed AS (
    SELECT id, token_id, at${names}, first_value(price_at) OVER last AS last_at, first_value(price_usd) OVER last AS last_usd,
      first_value(is_disputed) OVER last AS was_disputed
    FROM passed WINDOW last AS (PARTITION BY token_id, prices ORDER BY id NULLS FIRST)
  ), fed AS (
    SELECT id, token_id, at${names}, CASE WHEN last_at > at - ${feedAge} THEN last_usd END AS feed_price_usd,
      CASE WHEN last_at > at - ${feedAge} THEN ${flagsOf(sql`last_at`, sql`was_disputed`, sql`at`)} END AS feed_flags
    FROM last_passed WHERE id IS NOT NULL
  )`;
};

/** Whether a row of `price_overrides`, by its alias, is a user's own price of a token at an instant: it wins then. */
export const overrideHolds = (
  override: SQL,
  { userId, tokenId, at }: Record<'userId' | 'tokenId' | 'at', SQL>,
): SQL =>
  sql`${override}.user_id = ${userId} AND ${override}.token_id = ${tokenId} AND NOT ${override}.is_deleted
      AND ${override}.valid_from <= ${at} AND (${override}.valid_to IS NULL OR ${override}.valid_to > ${at})`;

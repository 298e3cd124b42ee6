/** Prices of tokens as sources tell them: the last one with the token, all of them in `token_prices`. */
import { sql } from 'drizzle-orm';
import type { PriceSourceName, QuotableToken, Quote } from '#shared/adapters/prices/price-source.ts';
import { plainOrNull } from '#shared/domain/decimal.ts';
import { type Db, rowsOf } from './client.ts';
import { feedAge } from './price-as-of.ts';
import { type QuotableRow, quotableColumns, toQuotable } from './quotable-tokens.ts';
import { columnOf, unnest } from './rows.ts';

/** A token with what was last known of its price. */
export interface PricedToken extends QuotableToken {
  readonly knownPriceUsd: string | null;
  readonly isDisputed: boolean;
}

interface TokenRow extends QuotableRow {
  current_price_usd: string | null;
  is_price_disputed: boolean;
}

/**
 * Every token that somebody holds, in a wallet or at an exchange; those first whose price is oldest. Not spam: nothing is
 * valued by what its makers have it quoted at.
 */
export const heldTokens = async (db: Db): Promise<PricedToken[]> => {
  const rows = await rowsOf<TokenRow>(
    db,
    sql`SELECT ${quotableColumns}, current_price_usd, is_price_disputed
        FROM tokens JOIN chains ON chains.id = chain_id
        WHERE NOT tokens.is_deleted AND NOT is_spam AND tokens.id IN (
          SELECT token_id FROM balances WHERE NOT is_deleted AND amount > 0
          UNION SELECT token_id FROM cex_balances WHERE NOT is_deleted AND amount + locked_amount > 0)
        ORDER BY price_at NULLS LAST, tokens.id`,
  );
  return rows.map((row) => ({
    ...toQuotable(row),
    knownPriceUsd: plainOrNull(row.current_price_usd),
    isDisputed: row.is_price_disputed,
  }));
};

/** What is found out about a token's price: a quote, or without one only whether sources disagree. */
export interface Finding {
  readonly tokenId: bigint;
  readonly source: PriceSourceName | null;
  readonly quote: Omit<Quote, 'tokenId'> | null;
  /** Null where nobody could tell: what was known of it stands. */
  readonly isDisputed: boolean | null;
}

/**
 * Writes findings, in one statement. A token takes a price that is not older than the one it has, and what is said besides;
 * of that stays what was last told, for most sources tell none of it. What a source says of a moment is written once, however
 * often it comes. A dispute is also of the price that is there already, where it is about that: history reads it there.
 *
 * @param now a price that was a day old by then is none to history, and so not looked for
 */
export const writePrices = async (db: Db, findings: readonly Finding[], now: Date): Promise<void> => {
  if (findings.length === 0) return;
  const column = columnOf(findings);
  const given = unnest([
    column('id', 'bigint', ({ tokenId }) => tokenId),
    column('source', 'text', ({ source }) => source),
    column('price', 'numeric', ({ quote }) => quote?.priceUsd ?? null),
    column('at', 'timestamptz', ({ quote }) => quote?.at.toISOString() ?? null),
    column('market_cap', 'numeric', ({ quote }) => quote?.marketCapUsd ?? null),
    column('volume', 'numeric', ({ quote }) => quote?.volume24hUsd ?? null),
    column('change', 'numeric', ({ quote }) => quote?.change24hPercent ?? null),
    column('disputed', 'boolean', ({ isDisputed }) => isDisputed),
  ]);
  // Rows are locked in one order, so that two runs at once do not wait for each other.
  await db.execute(sql`
    WITH found AS (
      SELECT given.*, coalesce(disputed, is_price_disputed) AS is_disputed, coalesce(at, price_at) AS about_at,
        coalesce(source, price_source) AS about_source,
        price IS NOT NULL AND (price_at IS NULL OR at >= price_at) AS is_newer
      FROM ${given} JOIN tokens USING (id) ORDER BY id FOR NO KEY UPDATE OF tokens
    ), told AS (
      UPDATE tokens SET
        current_price_usd = CASE WHEN is_newer THEN price ELSE current_price_usd END,
        price_at = CASE WHEN is_newer THEN at ELSE price_at END,
        price_source = CASE WHEN is_newer THEN source ELSE price_source END,
        last_price_at = CASE WHEN is_newer THEN greatest(last_price_at, at) ELSE last_price_at END,
        market_cap_usd = CASE WHEN is_newer THEN coalesce(market_cap, market_cap_usd) ELSE market_cap_usd END,
        volume_24h_usd = CASE WHEN is_newer THEN coalesce(volume, volume_24h_usd) ELSE volume_24h_usd END,
        price_change_24h_percent =
          CASE WHEN is_newer THEN coalesce(change, price_change_24h_percent) ELSE price_change_24h_percent END,
        is_price_disputed = is_disputed
      FROM found WHERE found.id = tokens.id AND (is_newer OR price IS NULL)
    ), marked AS (
      UPDATE token_prices AS stored SET is_disputed = disputed
      FROM found WHERE disputed <> stored.is_disputed AND token_id = found.id AND stored.price_at = about_at
        AND stored.source = about_source AND stored.price_at > ${now.toISOString()}::timestamptz - ${feedAge}
    )
    INSERT INTO token_prices (price_at, token_id, source, price_usd, is_disputed)
    SELECT at, id, source, price, is_disputed FROM found WHERE price IS NOT NULL
    ON CONFLICT DO NOTHING`);
};

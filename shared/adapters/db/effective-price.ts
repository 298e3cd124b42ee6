/** What a token is worth to a user now: by their own price where they have set one, else by what the sources say. */
import { and, eq, isNull, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { plainOrNull } from '#shared/domain/decimal.ts';
import type { PriceState } from '#shared/domain/holdings.ts';
import { tokens } from './schema/chains.ts';
import { priceOverrides } from './schema/prices.ts';

/** A user's own price of a token, to be joined to `tokens`; at most one holds at a time. */
export const ownPrice = alias(priceOverrides, 'own_price');

/** Which own price belongs to a token. */
export const isOwnPrice = (userId: bigint): SQL | undefined =>
  and(
    eq(ownPrice.tokenId, tokens.id),
    eq(ownPrice.userId, userId),
    isNull(ownPrice.validTo),
    eq(ownPrice.isDeleted, false),
  );

const isOwn = sql`${ownPrice.id} IS NOT NULL`;

/**
 * The price where `ownPrice` is joined, in USD per whole token; null where there is none. A price is stale an hour after
 * the moment that its source gave for it; of one without such a moment nobody knows how old it is.
 */
export const priceColumns = {
  priceUsd: sql<string | null>`coalesce(${ownPrice.priceUsd}, ${tokens.currentPriceUsd})`,
  priceSource: sql<string | null>`CASE WHEN ${isOwn} THEN 'manual'
    WHEN ${tokens.currentPriceUsd} IS NOT NULL THEN ${tokens.priceSource} END`,
  priceAt: sql<Date | null>`CASE WHEN ${isOwn} THEN ${ownPrice.validFrom}
    WHEN ${tokens.currentPriceUsd} IS NOT NULL THEN ${tokens.priceAt} END`.mapWith(tokens.priceAt),
  priceState: sql<PriceState>`CASE WHEN ${isOwn} THEN 'manual' WHEN ${tokens.currentPriceUsd} IS NULL THEN 'none'
    WHEN ${tokens.isPriceDisputed} THEN 'disputed'
    WHEN ${tokens.priceAt} >= now() - interval '1 hour' THEN 'current' ELSE 'stale' END`,
};

/** A price, where it is from, and whether to trust it. */
export interface PriceRow {
  priceUsd: string | null;
  priceSource: string | null;
  priceAt: Date | null;
  priceState: PriceState;
}

/** A price as the API shows it beside whatever it values. */
export const presentPrice = ({ priceUsd, priceSource, priceAt, priceState }: PriceRow) => ({
  price_usd: plainOrNull(priceUsd),
  price_source: priceSource,
  price_at: priceAt?.toISOString() ?? null,
  price_state: priceState,
});

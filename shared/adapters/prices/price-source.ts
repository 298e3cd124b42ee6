/** Where prices come from, whatever each source calls things. */

export type PriceSourceName = 'coingecko' | 'defillama' | 'binance';

/** A token as sources know it. */
export interface QuotableToken {
  readonly id: bigint;
  readonly symbol: string;
  /** Null for a chain's native coin. */
  readonly contractAddress: string | null;
  readonly coingeckoId: string | null;
  readonly coingeckoPlatform: string | null;
  readonly defillamaId: string | null;
  readonly isVerified: boolean;
}

/** What a source says a token is worth. Decimals are plain strings, exactly as the source wrote them, up to 18 places. */
export interface Quote {
  readonly tokenId: bigint;
  readonly priceUsd: string;
  /** When the price held, as the source tells. */
  readonly at: Date;
  readonly marketCapUsd?: string;
  readonly volume24hUsd?: string;
  /** In percent; may be negative. */
  readonly change24hPercent?: string;
}

/** One source. What it does not know is absent from its answers; a source that cannot answer throws. */
export interface PriceSource {
  readonly name: PriceSourceName;
  /**
   * Of some tokens those to ask for in a turn, where a source is not asked for all at once: of the same tokens each is
   * among them within as few turns as that takes, whatever the order they are given in.
   */
  readonly inTurn?: (tokens: readonly QuotableToken[], turn: number) => readonly QuotableToken[];
  /** Prices of now, in as few calls as the source allows. */
  readonly current: (tokens: readonly QuotableToken[]) => Promise<Quote[]>;
  /** The price nearest to a moment, if the source has one within the hour, or of that day. */
  readonly nearest: (token: QuotableToken, at: Date) => Promise<Quote | undefined>;
  /** Prices of a stretch of time, the oldest first, as dense as the source has them at no more than a few calls. */
  readonly between: (token: QuotableToken, from: Date, to: Date) => Promise<Quote[]>;
}

/** A token as the database is seeded with it. Native coins are in the chains' seed. */
export interface TokenSeed {
  chainId: string;
  /** As `canonicalContract` writes it. */
  contractAddress: string;
  symbol: string;
  name: string;
  decimals: number;
  /** What the token is made to follow: the US dollar, its chain's native coin one to one, or neither. */
  kind: 'stablecoin' | 'wrapped_native' | 'other';
  /**
   * The CoinGecko coin whose price is this token's. A bridged token that can be redeemed shares the id of what it
   * stands for, which has the longer price history. Null where that is not certain: price it by contract address.
   */
  coingeckoId: string | null;
}

/** A row of a chain's table: address, decimals, symbol, name, CoinGecko id, and the kind unless it is 'other'. */
export type TokenRow = readonly [string, number, string, string, string | null, TokenSeed['kind']?];

export function seedTokens(chainId: string, rows: readonly TokenRow[]): TokenSeed[] {
  return rows.map(([contractAddress, decimals, symbol, name, coingeckoId, kind = 'other']) => ({
    chainId,
    contractAddress,
    symbol,
    name,
    decimals,
    kind,
    coingeckoId,
  }));
}

/** Tokens to ask sources about. */
import type { QuotableToken } from '#shared/adapters/prices/price-source.ts';

let last = 0n;

/** A token that no source knows, but for what is said of it. */
export const token = (fields: Partial<QuotableToken> = {}): QuotableToken => {
  last += 1n;
  return {
    id: last,
    symbol: 'TST',
    contractAddress: null,
    coingeckoId: null,
    coingeckoPlatform: null,
    defillamaId: null,
    isVerified: false,
    ...fields,
  };
};

/** A contract on Ethereum. */
export const contract = (address: string, fields: Partial<QuotableToken> = {}): QuotableToken =>
  token({ contractAddress: address, coingeckoPlatform: 'ethereum', defillamaId: 'ethereum', ...fields });

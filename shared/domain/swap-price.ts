/** What the legs of a swap are valued by, where whoever recorded them gave no price. */

import { product, quotient } from './decimal.ts';
import type { TokenKind } from './movements.ts';

/** One leg: what a price is to be found for. Decimals are plain strings; times are milliseconds since 1970. */
export interface Leg {
  tokenId: bigint;
  kind: TokenKind;
  isReceived: boolean;
  amount: string;
  at: number;
}

/** A leg without a price, and the other one, if it is a swap of one token for another. */
export interface Unpriced extends Leg {
  id: bigint;
  /** The other leg; its value where that is known. */
  other: (Leg & { valueUsd: string | null }) | null;
}

/** What sources say a token was worth, and at what time: near the one that was asked about. */
export interface FoundPrice {
  priceUsd: string;
  source: string;
  at: number;
}

/** A price to be written; `valueUsd` where the value as a whole is what is known. */
export interface Filling {
  id: bigint;
  priceUsd: string;
  valueUsd: string | null;
  source: string;
  /** Null where the other leg's value is what is known. */
  at: number | null;
}

/** How well a token's price is known: a dollar coin's, a chain's own coin's, any other's. */
const weightOf = ({ kind }: Leg): number => (kind === 'stablecoin' ? 2 : kind === 'other' ? 0 : 1);

/**
 * The legs whose price would value a transaction, the best one first; none where the other leg's value is known and better.
 * A small token's price never values ether or dollars.
 */
export const pricingLegs = (own: Unpriced): readonly Leg[] => {
  const { other } = own;
  if (!other) return [own];
  const [mine, theirs] = [weightOf(own), weightOf(other)];
  if (other.valueUsd !== null) return theirs >= mine ? [] : [own];
  if (mine !== theirs) return [mine > theirs ? own : other];
  const [given, received] = own.isReceived ? [other, own] : [own, other];
  return mine === 0 ? [given, received] : [given];
};

/** A value that the other leg gives is this leg's too. */
const byValue = ({ id, amount }: Unpriced, valueUsd: string): Filling => ({
  id,
  priceUsd: quotient(valueUsd, amount),
  valueUsd,
  source: 'swap',
  at: null,
});

/** The price of a transaction, where what has been found is enough for one; both legs of a swap have one value. */
export const priceOf = (own: Unpriced, found: (leg: Leg) => FoundPrice | undefined): Filling | undefined => {
  const legs = pricingLegs(own);
  if (legs.length === 0 && own.other?.valueUsd != null) return byValue(own, own.other.valueUsd);
  const leg = legs.find((one) => found(one) !== undefined);
  const price = leg && found(leg);
  if (!leg || !price) return undefined;
  if (leg === own) return { id: own.id, ...price, valueUsd: null };
  return byValue(own, product(price.priceUsd, leg.amount));
};

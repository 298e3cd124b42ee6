import { divideDown, divideHalfEven, powerOfTen, pricePlaces } from './decimal.ts';

/**
 * How the integers of one replay are scaled: quantities count a token's smallest unit (`decimals` places), prices have
 * 18 places, and money has room for the product of the two.
 */
export interface Scale {
  decimals: number;
  moneyPlaces: number;
  /** What price x quantity is multiplied by to become money. */
  productFactor: bigint;
  /** One unit of the 18th decimal place, in money. */
  eighteenthPlace: bigint;
}

/** The scale for a token's number of decimals. Money has 36 places, or 18 more than the token where that is more. */
export const scaleOf = (decimals: number): Scale => {
  const moneyPlaces = pricePlaces + Math.max(pricePlaces, decimals);
  return {
    decimals,
    moneyPlaces,
    productFactor: powerOfTen(moneyPlaces - pricePlaces - decimals),
    eighteenthPlace: powerOfTen(moneyPlaces - pricePlaces),
  };
};

/**
 * What an acquisition opened. Its cost is `unitPrice x quantity`, exact to the last place, plus a lump: the fee, or the
 * whole value where only that is known. Dividing a total would lose digits with every slice; this loses none.
 */
export interface Lot {
  readonly sequence: number;
  readonly transactionId: number;
  /** A `REBASE` has the averaged cost with which a lot left a stretch of average cost. */
  readonly kind: 'BUY' | 'TRANSFER_IN' | 'REBASE';
  /** When the coins were first acquired; an own transfer carries it along. Milliseconds since 1970. */
  readonly acquiredAt: number;
  /** When the lot entered this balance. Milliseconds since 1970. */
  readonly openedAt: number;
  readonly quantity: bigint;
  remaining: bigint;
  readonly basisKnown: boolean;
  /** USD per whole token, 18 places. */
  readonly unitPrice: bigint;
  readonly lump: bigint;
  remainingLump: bigint;
  /** The fee in USD that the transaction is counted with, in its first lot; money. */
  readonly fee: bigint;
}

/** Sorts lots by age, the older first; of one date, the one with the lower number. */
export const byAge = (left: Lot, right: Lot): number =>
  left.acquiredAt - right.acquiredAt || left.sequence - right.sequence;

/** Price x quantity, in money. */
export const valueAt = (price: bigint, quantity: bigint, { productFactor }: Scale): bigint =>
  productFactor === 1n ? price * quantity : price * quantity * productFactor;

/** Price x quantity and a lump, in money. Most lumps are nothing, and adding that costs as much as adding something. */
export const worthAt = (price: bigint, quantity: bigint, lump: bigint, scale: Scale): bigint => {
  const value = valueAt(price, quantity, scale);
  return lump === 0n ? value : value + lump;
};

/** What a lot cost when it was opened, in money. Without meaning where the basis is unknown. */
export const costOf = (lot: Lot, scale: Scale): bigint =>
  worthAt(lot.unitPrice, lot.quantity, lot.lump, scale);

/**
 * What a whole token of a lot cost when it was opened, rounded down to 18 places: lots are in the order of their exact costs by
 * it, but for those that are equal. Without meaning where the basis is unknown.
 */
export const unitCost = (lot: Lot, scale: Scale): bigint =>
  lot.lump === 0n
    ? lot.unitPrice
    : divideDown(costOf(lot, scale) * powerOfTen(scale.decimals), lot.quantity * scale.eighteenthPlace);

/** What is left in a lot, in money, by its own cost. Without meaning where the basis is unknown. */
export const remainingCost = (lot: Lot, scale: Scale): bigint =>
  valueAt(lot.unitPrice, lot.remaining, scale) + lot.remainingLump;

/**
 * The share of a lump that falls to a slice: `lump x slice / quantity`, half-even to 18 places, in money. The slice that
 * takes all takes all that is left, so shares always add up to the lump; and none is larger than the lump, which
 * rounding could make it where a lump has more than 18 places.
 */
export const shareOf = (lump: bigint, slice: bigint, quantity: bigint, scale: Scale): bigint => {
  if (lump === 0n || slice === quantity) return lump;
  if (lump < 0n) return -shareOf(-lump, slice, quantity, scale);
  const share = divideHalfEven(lump * slice, quantity * scale.eighteenthPlace) * scale.eighteenthPlace;
  return share < lump ? share : lump;
};

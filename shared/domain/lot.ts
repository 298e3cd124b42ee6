import { divideHalfEven, powerOfTen, pricePlaces } from './decimal.ts';

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
  readonly kind: 'BUY' | 'TRANSFER_IN';
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
}

/** Price x quantity, in money. */
export const valueAt = (price: bigint, quantity: bigint, scale: Scale): bigint =>
  price * quantity * scale.productFactor;

/** What is left in a lot, in money. Without meaning where the basis is unknown. */
export const remainingCost = (lot: Lot, scale: Scale): bigint =>
  valueAt(lot.unitPrice, lot.remaining, scale) + lot.remainingLump;

/**
 * The share of a lump that falls to a slice: `lump x slice / quantity`, half-even to 18 places, in money. The slice that
 * takes all takes all that is left, so shares always add up to the lump; and none is larger than the lump, which
 * rounding could make it where a lump has more than 18 places.
 */
export const shareOf = (lump: bigint, slice: bigint, quantity: bigint, scale: Scale): bigint => {
  if (slice === quantity || lump === 0n) return lump;
  if (lump < 0n) return -shareOf(-lump, slice, quantity, scale);
  const share = divideHalfEven(lump * slice, quantity * scale.eighteenthPlace) * scale.eighteenthPlace;
  return share < lump ? share : lump;
};

/** A part taken out of a lot, or, with an unknown basis and no lot, a part that was missing. */
export interface Slice {
  readonly lot: Lot | null;
  readonly quantity: bigint;
  readonly unitPrice: bigint;
  readonly lump: bigint;
  readonly basisKnown: boolean;
  readonly acquiredAt: number | null;
}

/** Takes `quantity` out of a lot, which must hold as much. */
export const takeSlice = (lot: Lot, quantity: bigint, scale: Scale): Slice => {
  const lump = shareOf(lot.remainingLump, quantity, lot.remaining, scale);
  lot.remaining -= quantity;
  lot.remainingLump -= lump;
  const { unitPrice, basisKnown, acquiredAt } = lot;
  return { lot, quantity, unitPrice, lump, basisKnown, acquiredAt };
};

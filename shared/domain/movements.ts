/**
 * From the rows that an explorer exports to the movements of one wallet, one transaction hash at a time.
 *
 * What a hash moves is netted by token: a refund of ether never left, so its lots stay. One token given and another
 * received is a swap, and both legs use one value: that of the leg whose price is best known.
 */
import { difference, product, quotient, sum } from './decimal.ts';
import type { TransactionType } from './ledger.ts';

export type TokenKind = 'native' | 'wrapped_native' | 'stablecoin' | 'other';

/** A row of evidence. Decimals are plain strings; what the file does not know is null. */
export interface EvidenceRow {
  tokenId: number;
  tokenKind: TokenKind;
  amountIn: string;
  amountOut: string;
  /** Gas in the chain's native token; "0" where another paid it. */
  gasFee: string;
  priceUsd: string | null;
  valueUsd: string | null;
}

/** A movement to be recorded. `valueUsd` is set where the value as a whole is what is known. */
export interface Movement {
  role: 'move' | 'fee';
  tokenId: number;
  type: TransactionType;
  amount: string;
  priceUsd: string | null;
  valueUsd: string | null;
  needsReview: boolean;
}

interface Leg {
  tokenId: number;
  kind: TokenKind;
  received: boolean;
  amount: string;
  price: string | null;
  value: string | null;
}

type Rank = 0 | 1 | 2 | 3;

/** How well a leg's price is known: a dollar coin, the chain's own coin, some explorer's word, nothing. */
const rankOf = (leg: Leg): Rank => {
  if (leg.price === null && leg.value === null) return 0;
  if (leg.kind === 'stablecoin') return 3;
  return leg.kind === 'other' ? 1 : 2;
};

const worthOf = (leg: Leg): string | null =>
  leg.value ?? (leg.price === null ? null : product(leg.price, leg.amount));

/** The net movement of one token, with what the rows say about its price. */
const netLeg = (rows: readonly EvidenceRow[]): Leg | null => {
  const [first] = rows;
  const net = difference(sum(rows.map((row) => row.amountIn)), sum(rows.map((row) => row.amountOut)));
  if (!first || net === '0') return null;
  const received = !net.startsWith('-');
  const amount = received ? net : net.slice(1);
  const leg = { tokenId: first.tokenId, kind: first.tokenKind, received, amount };
  const price = lowestQuote(rows);
  if (price !== null) return { ...leg, price, value: null };
  return { ...leg, ...quoteFromValues(rows, amount) };
};

/** Rows of one hash quote one price; should they not, the choice must not depend on their order. */
const lowestQuote = (rows: readonly EvidenceRow[]): string | null =>
  rows
    .map((row) => row.priceUsd)
    .reduce((low, price) => {
      if (low === null || price === null) return low ?? price;
      return difference(price, low).startsWith('-') ? price : low;
    }, null);

/** One row's value is taken whole; several rows give an average price. */
const quoteFromValues = (rows: readonly EvidenceRow[], amount: string): Pick<Leg, 'price' | 'value'> => {
  const valued = rows.filter((row) => row.valueUsd !== null);
  const value = sum(valued.map((row) => row.valueUsd ?? '0'));
  const quantity = sum(valued.flatMap((row) => [row.amountIn, row.amountOut]));
  if (quantity === '0') return { price: null, value: null };
  if (quantity === amount) return { price: null, value };
  return { price: quotient(value, quantity), value: null };
};

const movement = (leg: Leg, type: TransactionType, value: string | null, needsReview = false): Movement => ({
  role: 'move',
  tokenId: leg.tokenId,
  type,
  amount: leg.amount,
  priceUsd: value === null ? leg.price : quotient(value, leg.amount),
  valueUsd: value,
  needsReview,
});

const asTransfer = (leg: Leg, needsReview: boolean): Movement =>
  movement(leg, leg.received ? 'TRANSFER_IN' : 'TRANSFER_OUT', leg.value, needsReview);

const asTrade = (leg: Leg, value: string | null, needsReview = false): Movement =>
  movement(leg, leg.received ? 'BUY' : 'SELL', value, needsReview);

/** One token for another: both legs at the value of the better known. */
const swap = (given: Leg, received: Leg): Movement[] => {
  const [pricing, priced] = rankOf(received) > rankOf(given) ? [received, given] : [given, received];
  const value = worthOf(pricing);
  // An explorer's price of a small token must never value ether or dollars.
  const trusted = rankOf(pricing) >= 2 || (given.kind === 'other' && received.kind === 'other');
  if (value === null || !trusted) return unpriced(given, received);
  return [asTrade(pricing, pricing.value), asTrade(priced, value)];
};

const unpriced = (given: Leg, received: Leg): Movement[] =>
  [given, received].map((leg) => asTrade({ ...leg, price: null, value: null }, null, true));

/** Several tokens against one: a swap where each of the several has a price to be trusted, transfers otherwise. */
const exchange = (given: readonly Leg[], received: readonly Leg[]): Movement[] => {
  const [many, one] = given.length > 1 ? [given, received] : [received, given];
  const [single] = one;
  if (one.length !== 1 || !single || many.some((leg) => rankOf(leg) < 2)) {
    return [...given, ...received].map((leg) => asTransfer(leg, true));
  }
  const total = sum(many.map((leg) => worthOf(leg) ?? '0'));
  return [...many.map((leg) => asTrade(leg, leg.value)), asTrade(single, total)];
};

const feeOf = (rows: readonly EvidenceRow[]): Movement[] => {
  const amount = sum(rows.map((row) => row.gasFee));
  const payer = rows.find((row) => sum([row.gasFee]) !== '0');
  if (!payer) return [];
  const { tokenId } = payer;
  const priceUsd = lowestQuote(rows.filter((row) => row.tokenId === tokenId));
  return [{ role: 'fee', tokenId, type: 'FEE', amount, priceUsd, valueUsd: null, needsReview: false }];
};

/**
 * Derives the movements of one transaction hash in one wallet from all rows known of it. A pure function of the set of
 * rows: in whatever order and portions files arrive, the movements end up the same.
 */
export const deriveMovements = (rows: readonly EvidenceRow[]): Movement[] => {
  const inOrder = rows.toSorted((left, right) => left.tokenId - right.tokenId);
  const byToken = Map.groupBy(inOrder, (row) => row.tokenId);
  const legs = [...byToken.values()].flatMap((ofToken) => netLeg(ofToken) ?? []);
  const given = legs.filter((leg) => !leg.received);
  const received = legs.filter((leg) => leg.received);
  const [gave] = given;
  const [got] = received;
  const fees = feeOf(inOrder);
  if (!gave || !got) return [...fees, ...legs.map((leg) => asTransfer(leg, false))];
  const oneForOne = given.length === 1 && received.length === 1;
  return [...fees, ...(oneForOne ? swap(gave, got) : exchange(given, received))];
};

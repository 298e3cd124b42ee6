/** What a portfolio and its transactions were worth at some moments, and which prices say so. */
import type { Db } from '#shared/adapters/db/client.ts';
import type { Movement } from '#shared/adapters/db/performance-rows.ts';
import { pricesAt, type TokenMoment } from '#shared/adapters/db/prices-at.ts';
import { formatUnits, product, sum } from '#shared/domain/decimal.ts';
import type { Leg } from '#shared/domain/flows.ts';
import type { PriceState } from '#shared/domain/holdings.ts';

/** A price of a moment: what a transaction says itself, or what the token was worth then. */
interface Price {
  priceUsd: string | null;
  priceState: PriceState | 'transaction';
}

const noPrice: Price = { priceUsd: null, priceState: 'none' };

export type PricedLeg = Leg & Price;

/** Transfers mostly come without a price: they are worth what the token was then. */
export const withPrices = async (db: Db, userId: bigint, traded: readonly Leg[]): Promise<PricedLeg[]> => {
  const unpriced = traded.filter(
    ({ priceUsd, type, isInside }) => priceUsd === null && type !== 'FEE' && !isInside,
  );
  const prices = await pricesAt(db, userId, unpriced);
  const found = new Map<string, Price>(unpriced.map(({ uuid }, place) => [uuid, prices[place] ?? noPrice]));
  return traded.map((leg) =>
    leg.priceUsd === null
      ? { ...leg, ...(found.get(leg.uuid) ?? noPrice) }
      : { ...leg, priceState: 'transaction' },
  );
};

interface Held extends TokenMoment {
  tokenUuid: string;
  amount: string;
  price: Price;
}

/** A value, and of how many tokens the price was none, old, in dispute or the user's own. */
interface Value {
  usd: string | null;
  prices: { unpriced: number; stale: number; disputed: number; manual: number };
}

const worthOf = (held: readonly Held[]): Value => {
  const worths = held.flatMap(({ amount, price: { priceUsd } }) =>
    priceUsd === null ? [] : [product(amount, priceUsd)],
  );
  const count = (state: PriceState) => held.filter(({ price }) => price.priceState === state).length;
  return {
    usd: worths.length === held.length ? sum(worths) : null,
    prices: {
      unpriced: count('none'),
      stale: count('stale'),
      disputed: count('disputed'),
      manual: count('manual'),
    },
  };
};

/** What there was of each token at one moment after another, at the price of a transaction where there was one just then. */
const holdingsAt = (
  movements: readonly Movement[],
  traded: readonly PricedLeg[],
  instants: readonly number[],
): Held[] => {
  const told = new Map<string, Price>(
    traded.flatMap(({ tokenId, at, priceUsd, priceState }) =>
      priceUsd === null ? [] : [[`${tokenId}@${at}`, { priceUsd, priceState }]],
    ),
  );
  const amounts = new Map<number, { raw: bigint; decimals: number; tokenUuid: string }>();
  const held: Held[] = [];
  let next = 0;
  for (const at of instants) {
    for (let movement = movements[next]; movement && movement.at <= at; movement = movements[next]) {
      const { tokenId, decimals, tokenUuid, rawAmount } = movement;
      amounts.set(tokenId, { raw: (amounts.get(tokenId)?.raw ?? 0n) + rawAmount, decimals, tokenUuid });
      next += 1;
    }
    for (const [tokenId, { raw, decimals, tokenUuid }] of amounts) {
      if (raw <= 0n) continue;
      const price = told.get(`${tokenId}@${at}`) ?? noPrice;
      held.push({ tokenId, at, tokenUuid, amount: formatUnits(raw, decimals), price });
    }
  }
  return held;
};

interface Missing {
  tokenUuid: string;
  at: number;
}

/**
 * What there was of each token, and what it was worth, at one moment after another.
 *
 * @returns how many prices are to be looked up for that, and what does it
 */
export const valuer = (
  db: Db,
  userId: bigint,
  {
    movements,
    traded,
    instants,
  }: { movements: readonly Movement[]; traded: readonly PricedLeg[]; instants: readonly number[] },
) => {
  const held = holdingsAt(movements, traded, instants);
  const unknown = held.filter(({ price }) => price === noPrice);
  const value = async () => {
    const found = await pricesAt(db, userId, unknown);
    for (const [place, one] of unknown.entries()) one.price = found[place] ?? noPrice;
    const missing: Missing[] = held.filter(({ price }) => price.priceUsd === null);
    const byInstant = Map.groupBy(held, ({ at }) => at);
    const values = new Map(instants.map((at) => [at, worthOf(byInstant.get(at) ?? [])]));
    return { valuedAt: (at: number): Value => values.get(at) ?? worthOf([]), missing };
  };
  return { lookups: unknown.length, value };
};

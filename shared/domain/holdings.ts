import { difference, formatUnits, product, sum } from './decimal.ts';
import type { Position } from './valuation.ts';

/**
 * Whether to trust a price: the user's own; a source's of the last hour; an older one; one about which sources disagree; or
 * none at all.
 */
export type PriceState = 'manual' | 'current' | 'stale' | 'disputed' | 'none';

/** What somebody has of one token, in however many wallets: positions add up, field by field. */
export interface Holding extends Position {
  feesUsd: string;
  /** USD per whole token, or null where there is none. */
  priceUsd: string | null;
  priceState: PriceState;
  isVerified: boolean;
  isSpam: boolean;
  isRecalculating: boolean;
}

/** What holdings add up to. What is unknown is counted, never taken for zero. */
export interface Totals {
  valueUsd: string;
  costBasisUsd: string;
  unrealizedPnlUsd: string | null;
  unrealizedMinUsd: string;
  unrealizedMaxUsd: string;
  realizedPnlUsd: string;
  realizedMaxUsd: string;
  feesUsd: string;
  unpricedTokens: number;
  unpricedCostBasisUsd: string;
  unverifiedTokens: number;
  unverifiedValueUsd: string;
  staleTokens: number;
  disputedTokens: number;
  disputedValueUsd: string;
  spamTokens: number;
  basisComplete: boolean;
  isRecalculating: boolean;
}

export const isHeld = ({ rawAmount }: Pick<Position, 'rawAmount'>): boolean => rawAmount > 0n;

type Priced<T extends Holding> = T & { priceUsd: string };

export const isPriced = <T extends Holding>(holding: T): holding is Priced<T> => holding.priceUsd !== null;

/** Whether sources disagree about what a holding is worth: that is shown, and believed by no total. */
export const isDisputed = <T extends Holding>(holding: T): holding is Priced<T> =>
  isPriced(holding) && holding.priceState === 'disputed';

/** Whether a holding makes the total: its token is known to be what it says, and has a price that nobody disputes. */
export const isCounted = <T extends Holding>(holding: T): holding is Priced<T> =>
  isHeld(holding) &&
  isPriced(holding) &&
  holding.priceState !== 'disputed' &&
  holding.isVerified &&
  !holding.isSpam;

/** What a holding is worth. */
export const worthOf = ({ rawAmount, decimals, priceUsd }: Priced<Holding>): string =>
  product(formatUnits(rawAmount, decimals), priceUsd);

/** What the part of a holding is worth whose cost is unknown. */
const unknownCostWorthOf = ({ unknownBasisRawAmount, decimals, priceUsd }: Priced<Holding>): string =>
  product(formatUnits(unknownBasisRawAmount, decimals), priceUsd);

const costOf = ({ costBasisUsd }: Holding): string => costBasisUsd;

/**
 * Adds holdings up, exactly. Value, cost basis and unrealized gain are of what is counted, so that they speak of the same
 * coins; realized gains and fees are of all tokens but spam, for today's price does not change what happened. An unknown
 * cost lies between nothing and the value of what it was paid for, so the unrealized gain is an interval then.
 */
export const totalsOf = (holdings: readonly Holding[]): Totals => {
  const wanted = holdings.filter(({ isSpam }) => !isSpam);
  const held = wanted.filter(isHeld);
  const counted = held.filter(isCounted);
  const unpriced = held.filter((holding) => !isPriced(holding));
  const unverified = held.filter(({ isVerified }) => !isVerified);
  const disputed = held.filter(isDisputed);
  const valueUsd = sum(counted.map(worthOf));
  const costBasisUsd = sum(counted.map(costOf));
  const unrealizedMaxUsd = difference(valueUsd, costBasisUsd);
  const realizedPnlUsd = sum(wanted.map((holding) => holding.realizedPnlUsd));
  return {
    valueUsd,
    costBasisUsd,
    unrealizedPnlUsd: counted.every(({ unknownBasisRawAmount }) => unknownBasisRawAmount === 0n)
      ? unrealizedMaxUsd
      : null,
    unrealizedMinUsd: difference(unrealizedMaxUsd, sum(counted.map(unknownCostWorthOf))),
    unrealizedMaxUsd,
    realizedPnlUsd,
    realizedMaxUsd: sum([realizedPnlUsd, ...wanted.map((holding) => holding.unknownCostProceedsUsd)]),
    feesUsd: sum(wanted.map((holding) => holding.feesUsd)),
    unpricedTokens: unpriced.length,
    unpricedCostBasisUsd: sum(unpriced.map(costOf)),
    unverifiedTokens: unverified.length,
    unverifiedValueUsd: sum(unverified.filter(isPriced).map(worthOf)),
    staleTokens: held.filter(({ priceState }) => priceState === 'stale').length,
    disputedTokens: disputed.length,
    disputedValueUsd: sum(disputed.map(worthOf)),
    spamTokens: holdings.filter((holding) => holding.isSpam && isHeld(holding)).length,
    basisComplete: wanted.every(
      (holding) =>
        holding.shortfallRawAmount === 0n &&
        holding.unknownSlices === 0n &&
        holding.unknownBasisRawAmount === 0n,
    ),
    isRecalculating: wanted.some((holding) => holding.isRecalculating),
  };
};

import { difference, formatUnits, product, quotient } from './decimal.ts';

/** The stored sums of a balance; decimals as plain strings, raw amounts as integers in the smallest unit. */
export interface Position {
  rawAmount: bigint;
  unknownBasisRawAmount: bigint;
  soldRawAmount: bigint;
  shortfallRawAmount: bigint;
  unknownSlices: bigint;
  decimals: number;
  costBasisUsd: string;
  totalSellValueUsd: string;
  realizedPnlUsd: string;
  unknownCostProceedsUsd: string;
}

export interface Valuation {
  avgBuyPriceUsd: string | null;
  avgSellPriceUsd: string | null;
  costBasisUsd: string | null;
  realizedMaxUsd: string;
  valueUsd: string | null;
  unrealizedPnlUsd: string | null;
  basisComplete: boolean;
}

/**
 * The figures of a balance that follow from its sums and a price. Averages are over the part whose cost is known; what
 * is unknown is null, and an unrealized gain is given only where the cost of all that is held is known.
 *
 * @param priceUsd USD per whole token, or null where there is none
 */
export const valuePosition = (position: Position, priceUsd: string | null): Valuation => {
  const { rawAmount, unknownBasisRawAmount, soldRawAmount, decimals, costBasisUsd } = position;
  const known = rawAmount - unknownBasisRawAmount;
  const valueUsd = priceUsd === null ? null : product(formatUnits(rawAmount, decimals), priceUsd);
  return {
    avgBuyPriceUsd: known > 0n ? quotient(costBasisUsd, formatUnits(known, decimals)) : null,
    avgSellPriceUsd:
      soldRawAmount > 0n ? quotient(position.totalSellValueUsd, formatUnits(soldRawAmount, decimals)) : null,
    costBasisUsd: known > 0n || rawAmount === 0n ? costBasisUsd : null,
    realizedMaxUsd: difference(position.realizedPnlUsd, product(position.unknownCostProceedsUsd, '-1')),
    valueUsd,
    unrealizedPnlUsd:
      valueUsd === null || unknownBasisRawAmount > 0n ? null : difference(valueUsd, costBasisUsd),
    basisComplete:
      position.shortfallRawAmount === 0n && position.unknownSlices === 0n && unknownBasisRawAmount === 0n,
  };
};

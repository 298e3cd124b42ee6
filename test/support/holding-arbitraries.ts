/** Holdings of every kind: empty, without a price, of unknown cost, unverified, spam. */
import fc from 'fast-check';
import { formatUnits } from '#shared/domain/decimal.ts';
import type { Holding, PriceState } from '#shared/domain/holdings.ts';

const decimals = 18;

const usd = fc.bigInt({ min: 0n, max: 10n ** 40n }).map((units) => formatUnits(units, 36));
const signedUsd = fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }).map((units) => formatUnits(units, 36));
const price = fc.bigInt({ min: 0n, max: 10n ** 24n }).map((units) => formatUnits(units, 18));
const quantity = fc.oneof(fc.constant(0n), fc.bigInt({ min: 1n, max: 10n ** 24n }));

export const randomHolding: fc.Arbitrary<Holding> = fc
  .record({
    rawAmount: quantity,
    unknown: quantity,
    soldRawAmount: quantity,
    shortfallRawAmount: fc.oneof(fc.constant(0n), quantity),
    unknownSlices: fc.constantFrom(0n, 0n, 1n),
    costBasisUsd: usd,
    totalSellValueUsd: usd,
    realizedPnlUsd: signedUsd,
    unknownCostProceedsUsd: fc.oneof(fc.constant('0'), usd),
    feesUsd: usd,
    priceUsd: fc.option(price),
    known: fc.constantFrom<PriceState>('manual', 'current', 'stale', 'disputed'),
    isVerified: fc.boolean(),
    isSpam: fc.boolean(),
    isRecalculating: fc.boolean(),
  })
  .map(({ unknown, known, ...holding }) => ({
    ...holding,
    priceState: holding.priceUsd === null ? ('none' as const) : known,
    decimals,
    unknownBasisRawAmount: unknown < holding.rawAmount ? unknown : holding.rawAmount,
  }));

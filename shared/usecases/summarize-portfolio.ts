import type { Db } from '#shared/adapters/db/client.ts';
import { presentPrice } from '#shared/adapters/db/effective-price.ts';
import { amountOf, holdingsOf, presentTotals, type TokenHolding } from '#shared/adapters/db/holdings.ts';
import { requirePortfolio } from '#shared/adapters/db/portfolios.ts';
import { settings } from '#shared/config.ts';
import { allocate } from '#shared/domain/allocation.ts';
import { changeOf } from '#shared/domain/change.ts';
import { sum } from '#shared/domain/decimal.ts';
import { isCounted, isDisputed, isHeld, isPriced, totalsOf, worthOf } from '#shared/domain/holdings.ts';
import { valuePosition } from '#shared/domain/valuation.ts';
import { compareWithYesterday } from './compare-with-yesterday.ts';

const tokenAmount = (holding: TokenHolding) => ({
  token: holding.token,
  chain_id: holding.chain_id,
  amount: amountOf(holding),
});

/** What makes the value, token by token and chain by chain. */
const allocationOf = (holdings: readonly TokenHolding[]) => {
  const counted = holdings.filter(isCounted);
  const chains = Map.groupBy(counted, ({ chain_id }) => chain_id);
  const byToken = allocate(counted.map((of) => ({ of, valueUsd: worthOf(of) })));
  const byChain = allocate([...chains].map(([of, some]) => ({ of, valueUsd: sum(some.map(worthOf)) })));
  return {
    by_token: byToken.map(({ of, valueUsd, share }) => ({
      ...tokenAmount(of),
      ...presentPrice(of),
      value_usd: valueUsd,
      share,
    })),
    by_chain: byChain.map(({ of, valueUsd, share }) => ({ chain_id: of, value_usd: valueUsd, share })),
  };
};

/** What is held and does not make the value, but for spam. */
const apart = (holdings: readonly TokenHolding[]) => {
  const held = holdings.filter((holding) => isHeld(holding) && !holding.isSpam);
  return {
    unpriced: held
      .filter((holding) => !isPriced(holding))
      .map((holding) => ({
        ...tokenAmount(holding),
        cost_basis_usd: valuePosition(holding, null).costBasisUsd,
      })),
    unverified: held
      .filter(({ isVerified }) => !isVerified)
      .map((holding) => ({
        ...tokenAmount(holding),
        ...presentPrice(holding),
        value_usd: isPriced(holding) ? worthOf(holding) : null,
      })),
    disputed: held.filter(isDisputed).map((holding) => ({
      ...tokenAmount(holding),
      ...presentPrice(holding),
      value_usd: worthOf(holding),
    })),
  };
};

/**
 * What a portfolio is worth, what it has gained, and what it is made of.
 *
 * @throws PortfolioError
 */
export const summarizePortfolio = async (db: Db, userId: bigint, portfolioUuid: string, now: Date) => {
  const portfolio = await requirePortfolio(db, userId, portfolioUuid);
  const holdings = await holdingsOf(db, userId, portfolio.id);
  const dustThreshold = settings().DUST_THRESHOLD;
  const compared = { portfolioId: portfolio.id, holdings, now, dustThreshold };
  const change = changeOf(await compareWithYesterday(db, userId, compared));
  return {
    portfolio_uuid: portfolio.uuid,
    ...presentTotals(totalsOf(holdings)),
    change_24h_usd: change.changeUsd,
    change_24h_percent: change.changePercent,
    change_24h_complete: change.isComplete,
    allocation: allocationOf(holdings),
    ...apart(holdings),
    as_of: now.toISOString(),
  };
};

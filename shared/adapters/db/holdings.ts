import { and, eq, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { formatUnits, plain, plainOrNull } from '#shared/domain/decimal.ts';
import type { Holding, Totals } from '#shared/domain/holdings.ts';
import { valuePosition } from '#shared/domain/valuation.ts';
import { publicChainId, tokenColumns, tokenSummary } from './chains.ts';
import type { Db } from './client.ts';
import { isOwnPrice, ownPrice, presentPrice, priceColumns } from './effective-price.ts';
import { type PageQuery, toPage } from './page.ts';
import { balances } from './schema/balances.ts';
import { chains, tokens } from './schema/chains.ts';

const total = (column: PgColumn) => sql<string>`sum(${column})`;

const stateOf = (isRecalculating: boolean) =>
  isRecalculating ? ('recalculating' as const) : ('current' as const);

const query = (db: Db, userId: bigint, portfolioId?: bigint) =>
  db
    .select({
      ...tokenColumns,
      ...priceColumns,
      isVerified: tokens.isVerified,
      isSpam: tokens.isSpam,
      wallets: sql<string>`count(*)`,
      isRecalculating: sql<boolean>`bool_or(${balances.dirtySince} IS NOT NULL)`,
      rawAmount: total(balances.rawAmount),
      unknownBasisRawAmount: total(balances.unknownBasisRawAmount),
      soldRawAmount: total(balances.soldRawAmount),
      shortfallRawAmount: total(balances.shortfallRawAmount),
      unknownSlices: total(balances.unknownSlices),
      costBasisUsd: total(balances.costBasisUsd),
      totalSellValueUsd: total(balances.totalSellValueUsd),
      realizedPnlUsd: total(balances.realizedPnlUsd),
      unknownCostProceedsUsd: total(balances.unknownCostProceedsUsd),
      feesUsd: total(balances.feesUsd),
    })
    .from(balances)
    .innerJoin(tokens, eq(tokens.id, balances.tokenId))
    .innerJoin(chains, eq(chains.id, tokens.chainId))
    .leftJoin(ownPrice, isOwnPrice(userId))
    .where(
      and(
        eq(balances.userId, userId),
        eq(balances.isDeleted, false),
        portfolioId === undefined
          ? undefined
          : sql`${balances.walletId} IN (SELECT wallet_id FROM portfolio_wallets
                WHERE portfolio_id = ${portfolioId} AND NOT is_deleted)`,
      ),
    )
    .groupBy(tokens.id, chains.id, ownPrice.id)
    .orderBy(tokens.id);

type Row = Awaited<ReturnType<typeof query>>[number];

const toHolding = (row: Row) => ({
  token: tokenSummary(row),
  chain_id: publicChainId(row.publicId),
  wallets: Number(row.wallets),
  decimals: row.decimals,
  priceUsd: plainOrNull(row.priceUsd),
  priceSource: row.priceSource,
  priceAt: row.priceAt,
  priceState: row.priceState,
  isVerified: row.isVerified,
  isSpam: row.isSpam,
  isRecalculating: row.isRecalculating,
  rawAmount: BigInt(row.rawAmount),
  unknownBasisRawAmount: BigInt(row.unknownBasisRawAmount),
  soldRawAmount: BigInt(row.soldRawAmount),
  shortfallRawAmount: BigInt(row.shortfallRawAmount),
  unknownSlices: BigInt(row.unknownSlices),
  costBasisUsd: plain(row.costBasisUsd),
  totalSellValueUsd: plain(row.totalSellValueUsd),
  realizedPnlUsd: plain(row.realizedPnlUsd),
  unknownCostProceedsUsd: plain(row.unknownCostProceedsUsd),
  feesUsd: plain(row.feesUsd),
});

/** A holding together with its token. */
export type TokenHolding = ReturnType<typeof toHolding> & Holding;

/** What a user has of each token, in all wallets or in those of one portfolio, in the order of the tokens. */
export const holdingsOf = async (db: Db, userId: bigint, portfolioId?: bigint): Promise<TokenHolding[]> =>
  (await query(db, userId, portfolioId)).map(toHolding);

/** The quantity of a holding. */
export const amountOf = ({ rawAmount, decimals }: TokenHolding): string => formatUnits(rawAmount, decimals);

/** A holding as the API shows it. */
const present = (holding: TokenHolding) => {
  const { token, chain_id, wallets, decimals } = holding;
  const figures = valuePosition(holding, holding.priceUsd);
  return {
    token,
    chain_id,
    is_verified: holding.isVerified,
    is_spam: holding.isSpam,
    wallets,
    amount: amountOf(holding),
    cost_basis_usd: figures.costBasisUsd,
    realized_pnl_usd: holding.realizedPnlUsd,
    realized_pnl_usd_min: holding.realizedPnlUsd,
    realized_pnl_usd_max: figures.realizedMaxUsd,
    ...presentPrice(holding),
    value_usd: figures.valueUsd,
    unrealized_pnl_usd: figures.unrealizedPnlUsd,
    fees_usd: holding.feesUsd,
    basis_complete: figures.basisComplete,
    shortfall: formatUnits(holding.shortfallRawAmount, decimals),
    state: stateOf(holding.isRecalculating),
  };
};

/** What holdings add up to, as the API shows it. */
export const presentTotals = (totals: Totals) => ({
  value_usd: totals.valueUsd,
  cost_basis_usd: totals.costBasisUsd,
  unrealized_pnl_usd: totals.unrealizedPnlUsd,
  unrealized_pnl_usd_min: totals.unrealizedMinUsd,
  unrealized_pnl_usd_max: totals.unrealizedMaxUsd,
  realized_pnl_usd: totals.realizedPnlUsd,
  realized_pnl_usd_min: totals.realizedPnlUsd,
  realized_pnl_usd_max: totals.realizedMaxUsd,
  fees_usd: totals.feesUsd,
  unpriced_tokens: totals.unpricedTokens,
  unpriced_cost_basis_usd: totals.unpricedCostBasisUsd,
  unverified_tokens: totals.unverifiedTokens,
  unverified_value_usd: totals.unverifiedValueUsd,
  stale_tokens: totals.staleTokens,
  disputed_tokens: totals.disputedTokens,
  disputed_value_usd: totals.disputedValueUsd,
  spam_tokens: totals.spamTokens,
  basis_complete: totals.basisComplete,
  state: stateOf(totals.isRecalculating),
});

/** A page of holdings that were read whole, for what they add up to. */
export const pageHoldings = (
  holdings: readonly TokenHolding[],
  { limit, cursor }: PageQuery,
  isShown: (holding: TokenHolding) => boolean,
) => {
  const start =
    cursor === undefined ? -1 : holdings.findIndex(({ token }) => token.uuid === cursor.toLowerCase());
  const rows = cursor !== undefined && start === -1 ? [] : holdings.slice(start + 1).filter(isShown);
  return toPage(
    rows.map((holding) => ({ uuid: holding.token.uuid, holding })),
    { limit, cursor },
    ({ holding }) => present(holding),
  );
};

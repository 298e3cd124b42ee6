import { and, asc, eq, sql } from 'drizzle-orm';
import { formatUnits, plain } from '#shared/domain/decimal.ts';
import { valuePosition } from '#shared/domain/valuation.ts';
import { notFound } from '#shared/errors.ts';
import { noPast, pastOf } from './balance-past.ts';
import { publicChainId, tokenColumns, tokenSummary } from './chains.ts';
import type { Db } from './client.ts';
import { isOwnPrice, ownPrice, presentPrice, priceColumns } from './effective-price.ts';
import { type PageQuery, toPage } from './page.ts';
import { balances } from './schema/balances.ts';
import { chains, tokens } from './schema/chains.ts';
import { wallets } from './schema/users.ts';

const query = (db: Db, userId: bigint) => ({
  where: (...conditions: Parameters<typeof and>) =>
    db
      .select({
        id: balances.id,
        uuid: balances.uuid,
        walletUuid: wallets.uuid,
        ...tokenColumns,
        ...priceColumns,
        balance: balances,
      })
      .from(balances)
      .innerJoin(wallets, eq(wallets.id, balances.walletId))
      .innerJoin(tokens, eq(tokens.id, balances.tokenId))
      .innerJoin(chains, eq(chains.id, tokens.chainId))
      .leftJoin(ownPrice, isOwnPrice(userId))
      .where(and(eq(balances.userId, userId), eq(balances.isDeleted, false), ...conditions)),
});

type Row = Awaited<ReturnType<ReturnType<typeof query>['where']>>[number];

const present = (row: Row) => {
  const { balance } = row;
  // Until a replay has followed a correction, the figures are those of before.
  const decimals = balance.previousDecimals ?? row.decimals;
  const price = presentPrice(row);
  const figures = valuePosition(
    {
      rawAmount: BigInt(balance.rawAmount),
      unknownBasisRawAmount: BigInt(balance.unknownBasisRawAmount),
      soldRawAmount: BigInt(balance.soldRawAmount),
      shortfallRawAmount: BigInt(balance.shortfallRawAmount),
      unknownSlices: balance.unknownSlices,
      decimals,
      costBasisUsd: plain(balance.costBasisUsd),
      totalSellValueUsd: plain(balance.totalSellValueUsd),
      realizedPnlUsd: plain(balance.realizedPnlUsd),
      unknownCostProceedsUsd: plain(balance.unknownCostProceedsUsd),
    },
    price.price_usd,
  );
  return {
    uuid: row.uuid,
    wallet_uuid: row.walletUuid,
    chain_id: publicChainId(row.publicId),
    token: tokenSummary(row),
    amount: plain(balance.amount),
    raw_amount: balance.rawAmount,
    avg_buy_price_usd: figures.avgBuyPriceUsd,
    avg_sell_price_usd: figures.avgSellPriceUsd,
    total_buy_value_usd: plain(balance.totalBuyValueUsd),
    total_sell_value_usd: plain(balance.totalSellValueUsd),
    cost_basis_usd: figures.costBasisUsd,
    realized_pnl_usd: plain(balance.realizedPnlUsd),
    realized_pnl_usd_min: plain(balance.realizedPnlUsd),
    realized_pnl_usd_max: figures.realizedMaxUsd,
    ...price,
    value_usd: figures.valueUsd,
    unrealized_pnl_usd: figures.unrealizedPnlUsd,
    fees_usd: plain(balance.feesUsd),
    basis_complete: figures.basisComplete,
    shortfall: formatUnits(BigInt(balance.shortfallRawAmount), decimals),
    state: balance.dirtySince === null ? ('current' as const) : ('recalculating' as const),
  };
};

/** Balances as the API shows them, with what history tells of each. */
const presentAll = async (db: Db, rows: readonly Row[], now: Date) => {
  const presented = rows.map((row) => ({ id: row.id, ...present(row) }));
  const past = await pastOf(db, new Map(presented.map(({ id, value_usd }) => [id, value_usd])), now);
  return presented.map(({ id, ...balance }) => ({ ...balance, ...(past.get(id) ?? noPast) }));
};

/**
 * A balance, with the decimals of its lots and matches.
 *
 * @throws BalanceError when there is no such balance, or it is another's
 */
export const requireBalance = async (db: Db, userId: bigint, uuid: string) => {
  const [row] = await db
    .select({
      id: balances.id,
      uuid: balances.uuid,
      costBasisUsd: balances.costBasisUsd,
      knownRawAmount: sql<string>`${balances.rawAmount} - ${balances.unknownBasisRawAmount}`,
      decimals: sql<number>`coalesce(${balances.previousDecimals}, ${tokens.decimals})`,
    })
    .from(balances)
    .innerJoin(tokens, eq(tokens.id, balances.tokenId))
    .where(and(eq(balances.userId, userId), eq(balances.uuid, uuid), eq(balances.isDeleted, false)));
  if (!row) throw notFound('Balance');
  return row;
};

/** One balance of a user as the API shows it; undefined when there is none, or it is another's. */
export const findBalance = async (db: Db, userId: bigint, uuid: string, now: Date) => {
  const [balance] = await presentAll(db, await query(db, userId).where(eq(balances.uuid, uuid)), now);
  return balance;
};

/** What was recorded by mistake and deleted, or undone, leaves an empty balance behind, which is nobody's position. */
const isUsed = sql`(${balances.rawAmount} > 0 OR EXISTS (SELECT FROM transactions
  WHERE balance_id = ${balances.id} AND NOT is_deleted))`;

/** A page of a wallet's balances in the order they came to be; without `dust`, tiny remainders stay out. */
export const pageBalances = async (
  db: Db,
  userId: bigint,
  walletId: bigint,
  options: PageQuery & { dustThreshold: string; dust: boolean; now: Date },
) => {
  const { limit, cursor, dustThreshold, dust, now } = options;
  const rows = await query(db, userId)
    .where(
      eq(balances.walletId, walletId),
      isUsed,
      dust ? undefined : sql`(${balances.amount} = 0 OR ${balances.amount} >= ${dustThreshold}::numeric)`,
      cursor === undefined
        ? undefined
        : sql`${balances.id} > (SELECT id FROM balances WHERE uuid = ${cursor} AND user_id = ${userId})`,
    )
    .orderBy(asc(balances.id))
    .limit(limit + 1);
  const { items, next_cursor } = toPage(rows, { limit, cursor }, (row) => row);
  return { items: await presentAll(db, items, now), next_cursor };
};

/** All balances of a wallet on one chain, dust and closed ones included: the native coin, then by symbol. */
export const balancesOnChain = async (
  db: Db,
  userId: bigint,
  walletId: bigint,
  chainId: bigint,
  now: Date,
) => {
  const rows = await query(db, userId)
    .where(eq(balances.walletId, walletId), eq(tokens.chainId, chainId), isUsed)
    .orderBy(sql`${tokens.contractAddress} IS NOT NULL`, asc(tokens.symbol), asc(balances.id));
  return presentAll(db, rows, now);
};

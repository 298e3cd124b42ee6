/** By which methods wallets are kept: those of the portfolios that they are in. */
import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import { type Method, type MethodPlan, planOf } from '#shared/domain/method.ts';
import type { Change } from './balance-writes.ts';
import { type Db, rowsOf } from './client.ts';
import { instantText } from './ledger-units.ts';
import { portfolios, portfolioWallets, wallets } from './schema/users.ts';
import { owned } from './wallet-access.ts';

/** A method as callers give it and are shown it: for all years, or by year. */
export type ShownMethod = Method | ({ default: Method } & Record<string, Method>);

type MethodColumns = Pick<typeof portfolios.$inferSelect, 'costBasisMethod' | 'costBasisYears'>;

/** How a method is kept: without years where none differs from the default. */
export const methodColumns = (given: ShownMethod): MethodColumns => {
  if (typeof given === 'string') return { costBasisMethod: given, costBasisYears: {} };
  const { default: usual, ...years } = given;
  const isPlain = Object.values(years).every((method) => method === usual);
  return { costBasisMethod: usual, costBasisYears: isPlain ? {} : years };
};

/** A method in its simplest form. */
export const shownMethod = ({ costBasisMethod, costBasisYears }: MethodColumns): ShownMethod =>
  Object.keys(costBasisYears).length === 0
    ? costBasisMethod
    : { ...costBasisYears, default: costBasisMethod };

/** A wallet in a portfolio, and the method that it has from there. */
export interface Membership {
  walletId: bigint;
  wallet: string;
  portfolio: string;
  plan: MethodPlan;
}

/** In which portfolios some wallets of a user are. */
export const memberships = async (
  db: Db,
  userId: bigint,
  walletIds: readonly bigint[],
): Promise<Membership[]> => {
  if (walletIds.length === 0) return [];
  const rows = await db
    .select({ walletId: wallets.id, wallet: wallets.name, portfolio: portfolios })
    .from(portfolioWallets)
    .innerJoin(wallets, and(eq(wallets.id, portfolioWallets.walletId), owned(userId)))
    .innerJoin(
      portfolios,
      and(eq(portfolios.id, portfolioWallets.portfolioId), eq(portfolios.isDeleted, false)),
    )
    .where(and(eq(portfolioWallets.isDeleted, false), inArray(wallets.id, [...walletIds])))
    .orderBy(asc(wallets.id), asc(portfolios.id));
  return rows.map(({ walletId, wallet, portfolio: { name, costBasisMethod, costBasisYears } }) => ({
    walletId,
    wallet,
    portfolio: name,
    plan: planOf(costBasisMethod, costBasisYears),
  }));
};

/** The balances of some wallets of a user, each to be replayed from its wallet's moment (milliseconds since 1970) on. */
export const balancesSince = (
  db: Db,
  userId: bigint,
  moments: ReadonlyMap<bigint, number>,
): Promise<Change[]> => {
  if (moments.size === 0) return Promise.resolve([]);
  return rowsOf<Change>(
    db,
    sql`SELECT balances.id AS balance_id, given.since
        FROM unnest(${sql.param([...moments.keys()].map(String))}::bigint[],
                    ${sql.param([...moments.values()].map(instantText))}::text[]) AS given (wallet_id, since)
        JOIN balances USING (wallet_id) WHERE balances.user_id = ${userId} AND NOT balances.is_deleted`,
  );
};

/** Which balances a question about gains is about. */
import { and, asc, eq, inArray, type SQL, sql } from 'drizzle-orm';
import { type Db, rowsOf } from './client.ts';
import { counts } from './counts.ts';
import { isOwnPrice, ownPrice, priceColumns } from './effective-price.ts';
import { requirePortfolio } from './portfolios.ts';
import { balances } from './schema/balances.ts';
import { chains, tokens } from './schema/chains.ts';
import { portfolioWallets, wallets } from './schema/users.ts';
import { owned, requireWallet } from './wallet-access.ts';

/** A wallet or a portfolio, by uuid; neither is all that a user has. */
export interface Named {
  wallet: string | null;
  portfolio: string | null;
}

/** The same, found. */
export interface Scope extends Named {
  walletId: bigint | null;
  portfolioId: bigint | null;
  balances: ScopeBalance[];
}

const read = (db: Db, userId: bigint, condition: SQL | undefined) =>
  db
    .select({
      id: balances.id,
      uuid: balances.uuid,
      walletUuid: wallets.uuid,
      walletName: wallets.name,
      symbol: tokens.symbol,
      tokenUuid: tokens.uuid,
      publicId: chains.publicId,
      chainName: chains.name,
      priceUsd: priceColumns.priceUsd,
      priceState: priceColumns.priceState,
      decimals: sql<number>`coalesce(${balances.previousDecimals}, ${tokens.decimals})`,
      isDirty: sql<boolean>`${balances.dirtySince} IS NOT NULL`,
    })
    .from(balances)
    .innerJoin(wallets, eq(wallets.id, balances.walletId))
    .innerJoin(tokens, eq(tokens.id, balances.tokenId))
    .innerJoin(chains, eq(chains.id, tokens.chainId))
    .leftJoin(ownPrice, isOwnPrice(userId))
    .where(and(eq(balances.userId, userId), eq(balances.isDeleted, false), condition))
    .orderBy(asc(balances.id));

export type ScopeBalance = Awaited<ReturnType<typeof read>>[number];

/**
 * The balances of a wallet, of the wallets of a portfolio, or of all of a user's.
 *
 * @throws WalletError, PortfolioError when it is not there, or another's
 */
export const requireScope = async (db: Db, userId: bigint, { wallet, portfolio }: Named): Promise<Scope> => {
  const walletId = wallet === null ? null : (await requireWallet(db, userId, wallet)).id;
  const portfolioId = portfolio === null ? null : (await requirePortfolio(db, userId, portfolio)).id;
  const linked = db
    .select({ id: portfolioWallets.walletId })
    .from(portfolioWallets)
    .where(and(eq(portfolioWallets.portfolioId, portfolioId ?? 0n), eq(portfolioWallets.isDeleted, false)));
  const chosen = [
    walletId === null ? undefined : eq(wallets.id, walletId),
    portfolioId === null ? undefined : inArray(wallets.id, linked),
  ];
  const found = await read(db, userId, and(owned(userId), ...chosen));
  return { wallet, portfolio, walletId, portfolioId, balances: found };
};

/**
 * A statement's table `reached`: some balances, and all that own transfers which take effect before a moment connect
 * them to, directly or not. What happened there may decide what was realized here.
 */
export const reachedFrom = (userId: bigint, ids: readonly bigint[], until: Date | null): SQL => sql`
  reached (balance_id) AS (
    SELECT unnest(${sql.param(ids.map(String))}::bigint[])
    UNION
    SELECT other.balance_id FROM reached
    JOIN transactions AS own ON own.balance_id = reached.balance_id AND own.user_id = ${userId}
      AND own.linked_transaction_id IS NOT NULL AND ${counts(sql`own`)}
    JOIN transactions AS other ON other.id = own.linked_transaction_id AND ${counts(sql`other`)}
    WHERE greatest(own."timestamp", other."timestamp") < ${until?.toISOString() ?? 'infinity'}::timestamptz)`;

/** All balances that own transfers connect some balances to, themselves included, and how many transactions they have. */
export const connectedLedgers = async (
  db: Db,
  userId: bigint,
  ids: readonly bigint[],
): Promise<{ balances: bigint[]; transactions: number }> => {
  const rows = await rowsOf<{ balance_id: string; number: string }>(
    db,
    sql`WITH RECURSIVE ${reachedFrom(userId, ids, null)}
        SELECT reached.balance_id, (SELECT count(*) FROM transactions
          WHERE transactions.balance_id = reached.balance_id AND ${counts(sql`transactions`)}) AS number
        FROM reached`,
  );
  return {
    balances: rows.map(({ balance_id }) => BigInt(balance_id)),
    transactions: rows.reduce((total, { number }) => total + Number(number), 0),
  };
};

/** The wallets of some balances of a user: their uuids, by balance. */
export const walletUuidsOf = async (
  db: Db,
  userId: bigint,
  ids: readonly bigint[],
): Promise<Map<number, string>> => {
  const rows = await db
    .select({ id: balances.id, uuid: wallets.uuid })
    .from(balances)
    .innerJoin(wallets, eq(wallets.id, balances.walletId))
    .where(and(eq(balances.userId, userId), inArray(balances.id, [...ids])));
  return new Map(rows.map(({ id, uuid }) => [Number(id), uuid]));
};

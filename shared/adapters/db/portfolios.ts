import { and, desc, eq, inArray, ne, sql } from 'drizzle-orm';
import { notFound } from '#shared/errors.ts';
import type { Db } from './client.ts';
import { shownMethod } from './method-plans.ts';
import { type PageQuery, toPage } from './page.ts';
import { portfolios, portfolioWallets, wallets } from './schema/users.ts';
import { owned } from './wallet-access.ts';

export type PortfolioRow = typeof portfolios.$inferSelect;

/** What the owner of a portfolio decides. */
export type PortfolioFields = Pick<
  PortfolioRow,
  'name' | 'description' | 'costBasisMethod' | 'costBasisYears'
>;

const ownedPortfolio = (userId: bigint) =>
  and(eq(portfolios.userId, userId), eq(portfolios.isDeleted, false));

/** @throws PortfolioError when there is no such portfolio, or it is another's. */
export const requirePortfolio = async (db: Db, userId: bigint, uuid: string): Promise<PortfolioRow> => {
  const [portfolio] = await db
    .select()
    .from(portfolios)
    .where(and(ownedPortfolio(userId), eq(portfolios.uuid, uuid)));
  if (!portfolio) throw notFound('Portfolio');
  return portfolio;
};

const isTakenByAnother = async (
  db: Db,
  userId: bigint,
  portfolioId: bigint,
  name: string,
): Promise<boolean> => {
  const taken = await db
    .select({ id: portfolios.id })
    .from(portfolios)
    .where(and(ownedPortfolio(userId), eq(portfolios.name, name), ne(portfolios.id, portfolioId)));
  return taken.length > 0;
};

/** Inserts a portfolio; undefined when its name is taken. */
export const insertPortfolio = async (
  db: Db,
  userId: bigint,
  portfolio: PortfolioFields,
): Promise<PortfolioRow | undefined> => {
  const [created] = await db
    .insert(portfolios)
    .values({ ...portfolio, userId, createdBy: userId })
    .onConflictDoNothing()
    .returning();
  return created;
};

/** Changes a portfolio; undefined when another has the name. Called under `lockBelongings`. */
export const updatePortfolio = async (
  db: Db,
  userId: bigint,
  portfolioId: bigint,
  change: PortfolioFields,
): Promise<PortfolioRow | undefined> => {
  if (await isTakenByAnother(db, userId, portfolioId, change.name)) return undefined;
  const [changed] = await db
    .update(portfolios)
    .set({ ...change, updatedAt: sql`now()`, updatedBy: userId })
    .where(and(ownedPortfolio(userId), eq(portfolios.id, portfolioId)))
    .returning();
  return changed;
};

/** Deletes a portfolio softly; what was in it stays. */
export const softDeletePortfolio = async (db: Db, userId: bigint, portfolioId: bigint): Promise<void> => {
  await db
    .update(portfolios)
    .set({ isDeleted: true, updatedAt: sql`now()`, updatedBy: userId })
    .where(and(ownedPortfolio(userId), eq(portfolios.id, portfolioId)));
};

/** The wallets in a portfolio of the user's. */
export const walletsIn = async (db: Db, userId: bigint, portfolioId: bigint): Promise<bigint[]> => {
  const rows = await db
    .select({ id: wallets.id })
    .from(portfolioWallets)
    .innerJoin(wallets, and(eq(wallets.id, portfolioWallets.walletId), owned(userId)))
    .where(and(eq(portfolioWallets.portfolioId, portfolioId), eq(portfolioWallets.isDeleted, false)));
  return rows.map(({ id }) => id);
};

/** Puts wallets into a portfolio, both the user's own; those that are in it stay. */
export const linkWallets = async (
  db: Db,
  userId: bigint,
  portfolioId: bigint,
  walletIds: readonly bigint[],
): Promise<void> => {
  if (walletIds.length === 0) return;
  await db
    .insert(portfolioWallets)
    .values(walletIds.map((walletId) => ({ portfolioId, walletId, createdBy: userId })))
    .onConflictDoNothing();
};

/** Takes a wallet out of a portfolio, both the user's own; tells whether it was in it. */
export const unlinkWallet = async (
  db: Db,
  userId: bigint,
  portfolioId: bigint,
  walletId: bigint,
): Promise<boolean> => {
  const { rowCount } = await db
    .update(portfolioWallets)
    .set({ isDeleted: true, updatedAt: sql`now()`, updatedBy: userId })
    .where(
      and(
        eq(portfolioWallets.portfolioId, portfolioId),
        eq(portfolioWallets.walletId, walletId),
        eq(portfolioWallets.isDeleted, false),
      ),
    );
  return rowCount === 1;
};

/** Portfolios with their wallets, as the API shows them. */
const presentPortfolios = async (db: Db, userId: bigint, rows: readonly PortfolioRow[]) => {
  const ids = rows.map(({ id }) => id);
  const linked =
    ids.length === 0
      ? []
      : await db
          .select({ portfolioId: portfolioWallets.portfolioId, uuid: wallets.uuid, name: wallets.name })
          .from(portfolioWallets)
          .innerJoin(wallets, and(eq(wallets.id, portfolioWallets.walletId), owned(userId)))
          .where(and(inArray(portfolioWallets.portfolioId, ids), eq(portfolioWallets.isDeleted, false)))
          .orderBy(wallets.id);
  return rows.map((portfolio) => ({
    uuid: portfolio.uuid,
    name: portfolio.name,
    description: portfolio.description,
    cost_basis_method: shownMethod(portfolio),
    wallets: linked
      .filter(({ portfolioId }) => portfolioId === portfolio.id)
      .map(({ uuid, name }) => ({ uuid, name })),
    created_at: portfolio.createdAt.toISOString(),
    updated_at: portfolio.updatedAt.toISOString(),
  }));
};

/** One portfolio with its wallets, as the API shows it. */
export const presentPortfolio = async (db: Db, userId: bigint, row: PortfolioRow) => {
  const [presented] = await presentPortfolios(db, userId, [row]);
  if (!presented) throw new Error('a portfolio was presented as none');
  return presented;
};

/** A page of a user's portfolios, the newest first. */
export const pagePortfolios = async (db: Db, userId: bigint, { limit, cursor }: PageQuery) => {
  const rows = await db
    .select()
    .from(portfolios)
    .where(
      and(
        ownedPortfolio(userId),
        cursor === undefined
          ? undefined
          : sql`${portfolios.id} < (SELECT id FROM portfolios WHERE uuid = ${cursor} AND user_id = ${userId})`,
      ),
    )
    .orderBy(desc(portfolios.id))
    .limit(limit + 1);
  const presented = await presentPortfolios(db, userId, rows);
  return toPage(presented, { limit, cursor }, (portfolio) => portfolio);
};

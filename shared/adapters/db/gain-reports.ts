import { and, desc, eq, getTableColumns, type SQL, sql } from 'drizzle-orm';
import { AppError, notFound } from '#shared/errors.ts';
import { lockBelongings } from './belongings.ts';
import { type Db, rowsOf } from './client.ts';
import { type PageQuery, toPage } from './page.ts';
import { gainReports } from './schema/reports.ts';
import { portfolios, wallets } from './schema/users.ts';

/** The most that one user may keep: a long ledger's digests are megabytes. */
const mostReports = 100;

type NewReport = Omit<typeof gainReports.$inferInsert, 'userId' | 'uuid' | 'createdAt'>;

/** @throws ConflictError when it would be one too many */
export const insertReport = async (db: Db, userId: bigint, report: NewReport) => {
  await lockBelongings(db, userId);
  const [row] = await rowsOf<{ number: string }>(
    db,
    sql`SELECT count(*) AS number FROM gain_reports WHERE user_id = ${userId} AND NOT is_deleted`,
  );
  if (Number(row?.number) >= mostReports) {
    throw new AppError(
      'ConflictError',
      `You may keep ${mostReports} reports, and have as many: delete one first`,
    );
  }
  const [stored] = await db
    .insert(gainReports)
    .values({ ...report, userId, createdBy: userId })
    .returning({ uuid: gainReports.uuid, createdAt: gainReports.createdAt });
  if (!stored) throw new Error('INSERT returned no row');
  return stored;
};

const isKept = (userId: bigint) => and(eq(gainReports.userId, userId), eq(gainReports.isDeleted, false));

/** Without what may be long: the digests, and the settings of each wallet. */
const shownReports = (db: Db, userId: bigint, which: SQL | undefined) => {
  const { rowHashes: _, settings: __, ...columns } = getTableColumns(gainReports);
  return db
    .select({ ...columns, wallet: wallets.uuid, portfolio: portfolios.uuid })
    .from(gainReports)
    .leftJoin(wallets, eq(wallets.id, gainReports.walletId))
    .leftJoin(portfolios, eq(portfolios.id, gainReports.portfolioId))
    .where(and(isKept(userId), which))
    .orderBy(desc(gainReports.id));
};

const present = (row: Awaited<ReturnType<typeof shownReports>>[number]) => ({
  uuid: row.uuid,
  year: row.year,
  wallet_uuid: row.wallet,
  portfolio_uuid: row.portfolio,
  engine_version: row.engineVersion,
  ledger_hash: row.ledgerHash,
  totals: row.totals,
  created_at: row.createdAt.toISOString(),
});

/** A page of a user's stored reports, the newest first. */
export const pageReports = async (db: Db, userId: bigint, { limit, cursor }: PageQuery) => {
  const behind =
    cursor === undefined
      ? undefined
      : sql`${gainReports.id} < (SELECT id FROM gain_reports WHERE uuid = ${cursor} AND user_id = ${userId})`;
  const rows = await shownReports(db, userId, behind).limit(limit + 1);
  return toPage(rows, { limit, cursor }, present);
};

/**
 * A report as lists show it.
 *
 * @throws ReportError when there is no such report, or it is another's
 */
export const presentReport = async (db: Db, userId: bigint, uuid: string) => {
  const [row] = await shownReports(db, userId, eq(gainReports.uuid, uuid));
  if (!row) throw notFound('Report');
  return present(row);
};

/**
 * Deletes a report softly; the digests of its transactions, which may be megabytes, go for good.
 *
 * @throws ReportError when there is no such report, or it is another's
 */
export const softDeleteReport = async (db: Db, userId: bigint, uuid: string): Promise<void> => {
  const deleted = await db
    .update(gainReports)
    .set({ isDeleted: true, rowHashes: Buffer.alloc(0), updatedAt: sql`now()`, updatedBy: userId })
    .where(and(isKept(userId), eq(gainReports.uuid, uuid)))
    .returning({ uuid: gainReports.uuid });
  if (deleted.length === 0) throw notFound('Report');
};

/**
 * A report as it was stored, with the uuids of what it is about.
 *
 * @throws ReportError when there is no such report, or it is another's
 */
export const requireReport = async (db: Db, userId: bigint, uuid: string) => {
  const [row] = await db
    .select({ report: gainReports, wallet: wallets.uuid, portfolio: portfolios.uuid })
    .from(gainReports)
    .leftJoin(wallets, eq(wallets.id, gainReports.walletId))
    .leftJoin(portfolios, eq(portfolios.id, gainReports.portfolioId))
    .where(and(isKept(userId), eq(gainReports.uuid, uuid)));
  if (!row) throw notFound('Report');
  return row;
};

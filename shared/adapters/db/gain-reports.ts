import { and, eq, sql } from 'drizzle-orm';
import { AppError, notFound } from '#shared/errors.ts';
import { lockBelongings } from './belongings.ts';
import { type Db, rowsOf } from './client.ts';
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
    throw new AppError('ConflictError', `You may keep ${mostReports} reports, and have as many`);
  }
  const [stored] = await db
    .insert(gainReports)
    .values({ ...report, userId, createdBy: userId })
    .returning({ uuid: gainReports.uuid, createdAt: gainReports.createdAt });
  if (!stored) throw new Error('INSERT returned no row');
  return stored;
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
    .where(and(eq(gainReports.userId, userId), eq(gainReports.uuid, uuid), eq(gainReports.isDeleted, false)));
  if (!row) throw notFound('Report');
  return row;
};

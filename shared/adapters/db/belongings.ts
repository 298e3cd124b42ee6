import { and, count, eq, isNull, type SQL, sql } from 'drizzle-orm';
import { AppError } from '#shared/errors.ts';
import type { Db } from './client.ts';
import { priceOverrides } from './schema/prices.ts';
import { portfolios, walletAddresses, wallets } from './schema/users.ts';

/** The most that one user may have. */
export const quotas = { wallets: 200, addresses: 1_000, portfolios: 100, prices: 1_000 } as const;

const tables = { wallets, addresses: walletAddresses, portfolios, prices: priceOverrides } as const;

/** Which rows count, where those that are deleted are not all that do not: prices that others have replaced. */
const standing: Partial<Record<keyof typeof tables, SQL>> = { prices: isNull(priceOverrides.validTo) };

/**
 * Whoever changes which wallets, addresses, portfolios and prices a user has, or what they are called, takes turns until the
 * end of their transaction: what one of them has read and counted stays true. Taken after `lockLedgers` where both are.
 */
export const lockBelongings = async (db: Db, userId: bigint): Promise<void> => {
  await db.execute(sql`SELECT pg_advisory_xact_lock(hashtextextended(${`belongings:${userId}`}, 0))`);
};

/**
 * Called after something was added, under `lockBelongings`.
 *
 * @throws ConflictError when it was one too many
 */
export const requireQuota = async (db: Db, userId: bigint, what: keyof typeof quotas): Promise<void> => {
  const table = tables[what];
  const [row] = await db
    .select({ number: count() })
    .from(table)
    .where(and(eq(table.userId, userId), eq(table.isDeleted, false), standing[what]));
  if (row && row.number > quotas[what]) {
    throw new AppError('ConflictError', `You may have ${quotas[what]} ${what}, and would have ${row.number}`);
  }
};

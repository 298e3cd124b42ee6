/** What users say tokens are worth. Of each token one row holds; those that it replaced stay, with the time they held. */
import { and, asc, eq, isNull, sql } from 'drizzle-orm';
import { plain } from '#shared/domain/decimal.ts';
import { publicChainId, tokenColumns, tokenSummary } from './chains.ts';
import type { Db } from './client.ts';
import { type PageQuery, toPage } from './page.ts';
import { chains, tokens } from './schema/chains.ts';
import { priceOverrides } from './schema/prices.ts';

const holds = (userId: bigint) =>
  and(eq(priceOverrides.userId, userId), isNull(priceOverrides.validTo), eq(priceOverrides.isDeleted, false));

const query = (db: Db, userId: bigint, ...conditions: Parameters<typeof and>) =>
  db
    .select({
      id: priceOverrides.id,
      uuid: priceOverrides.uuid,
      priceUsd: priceOverrides.priceUsd,
      validFrom: priceOverrides.validFrom,
      ...tokenColumns,
    })
    .from(priceOverrides)
    .innerJoin(tokens, eq(tokens.id, priceOverrides.tokenId))
    .innerJoin(chains, eq(chains.id, tokens.chainId))
    .where(and(holds(userId), eq(tokens.isDeleted, false), ...conditions));

export type OverrideRow = Awaited<ReturnType<typeof query>>[number];

/** A user's own price as the API shows it. */
export const presentOverride = (row: OverrideRow) => ({
  uuid: row.uuid,
  token: tokenSummary(row),
  chain_id: publicChainId(row.publicId),
  price_usd: plain(row.priceUsd),
  valid_from: row.validFrom.toISOString(),
});

/** A user's own price of a token; undefined when they have set none. */
export const findOverride = async (
  db: Db,
  userId: bigint,
  tokenUuid: string,
): Promise<OverrideRow | undefined> => {
  const [row] = await query(db, userId, eq(tokens.uuid, tokenUuid));
  return row;
};

/** A page of a user's own prices, the oldest first. */
export const pageOverrides = async (db: Db, userId: bigint, { limit, cursor }: PageQuery) => {
  const after =
    cursor === undefined
      ? undefined
      : sql`${priceOverrides.id} > (SELECT id FROM price_overrides WHERE uuid = ${cursor} AND user_id = ${userId})`;
  const rows = await query(db, userId, after)
    .orderBy(asc(priceOverrides.id))
    .limit(limit + 1);
  return toPage(rows, { limit, cursor }, presentOverride);
};

/** From a moment on nothing holds in place of what held; gives that moment, or the later one at which it began to hold. */
export const closeOverride = async (db: Db, userId: bigint, id: bigint, at: Date): Promise<Date> => {
  const [closed] = await db
    .update(priceOverrides)
    .set({
      validTo: sql`greatest(${at.toISOString()}::timestamptz, ${priceOverrides.validFrom})`,
      updatedAt: sql`now()`,
      updatedBy: userId,
    })
    .where(and(holds(userId), eq(priceOverrides.id, id)))
    .returning({ validTo: priceOverrides.validTo });
  if (!closed?.validTo) throw new Error('a price vanished in the midst of its change');
  return closed.validTo;
};

/** A price that holds from a moment on. Called under `lockBelongings`, with none that holds. */
export const insertOverride = async (
  db: Db,
  userId: bigint,
  override: { tokenId: bigint; priceUsd: string; validFrom: Date },
): Promise<void> => {
  await db.insert(priceOverrides).values({ ...override, userId, createdBy: userId });
};

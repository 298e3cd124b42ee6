import { and, eq, inArray, sql } from 'drizzle-orm';
import { type Db, rowsOf } from './client.ts';
import { balances } from './schema/balances.ts';

/** A balance whose ledger changed, and from when on; the time as PostgreSQL writes it. */
export interface Change extends Record<string, unknown> {
  balance_id: string;
  since: string;
}

const balancesIn = async (
  db: Db,
  walletId: bigint,
  tokenIds: readonly bigint[],
): Promise<Map<bigint, bigint>> => {
  const found = await db
    .select({ id: balances.id, tokenId: balances.tokenId })
    .from(balances)
    .where(
      and(
        eq(balances.walletId, walletId),
        inArray(balances.tokenId, [...tokenIds]),
        eq(balances.isDeleted, false),
      ),
    );
  return new Map(found.map(({ id, tokenId }) => [tokenId, id]));
};

/** Opens balances of a wallet, where there are none yet. */
export const insertBalances = async (
  db: Db,
  userId: bigint,
  walletId: bigint,
  tokenIds: readonly bigint[],
): Promise<void> => {
  await db
    .insert(balances)
    .values(tokenIds.map((tokenId) => ({ userId, walletId, tokenId, createdBy: userId })))
    .onConflictDoNothing();
};

/** The balances of a wallet in the given tokens, created where missing: ids by token id. */
export const ensureBalances = async (
  db: Db,
  userId: bigint,
  walletId: bigint,
  tokenIds: readonly bigint[],
): Promise<Map<bigint, bigint>> => {
  if (tokenIds.length === 0) return new Map();
  const found = await balancesIn(db, walletId, tokenIds);
  const missing = tokenIds.filter((tokenId) => !found.has(tokenId));
  if (missing.length === 0) return found;
  await insertBalances(db, userId, walletId, missing);
  return new Map([...found, ...(await balancesIn(db, walletId, missing))]);
};

/** Lowers `dirty_since` of balances to the moments from which their ledgers changed. */
export const markDirty = async (db: Db, changes: readonly Change[]): Promise<void> => {
  if (changes.length === 0) return;
  await db.execute(sql`
    UPDATE balances SET dirty_since = least(dirty_since, change.since), version = version + 1, updated_at = now()
    FROM (SELECT balance_id, min(since) AS since
          FROM unnest(${sql.param(changes.map(({ balance_id }) => balance_id))}::bigint[],
                      ${sql.param(changes.map(({ since }) => since))}::timestamptz[]) AS given (balance_id, since)
          GROUP BY balance_id) AS change
    WHERE balances.id = change.balance_id`);
};

/** Marks every balance of a wallet for a replay from its first transaction; gives their ids and uuids. */
export const markWalletDirty = (db: Db, walletId: bigint) =>
  rowsOf<{ id: string; uuid: string }>(
    db,
    sql`UPDATE balances SET dirty_since = '-infinity', version = version + 1, updated_at = now()
        WHERE wallet_id = ${walletId} AND NOT is_deleted RETURNING id, uuid`,
  );

/** The owner of a balance that is not deleted, whoever asks: for the queue worker. */
export const findBalanceOwner = async (db: Db, uuid: string) => {
  const [row] = await db
    .select({ id: balances.id, userId: balances.userId })
    .from(balances)
    .where(and(eq(balances.uuid, uuid), eq(balances.isDeleted, false)));
  return row;
};

export const balanceUuids = async (db: Db, ids: readonly bigint[]): Promise<string[]> => {
  if (ids.length === 0) return [];
  const rows = await db
    .select({ uuid: balances.uuid })
    .from(balances)
    .where(inArray(balances.id, [...ids]));
  return rows.map(({ uuid }) => uuid);
};

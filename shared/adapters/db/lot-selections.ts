/** Specific identification: the lots that disposals name. */
import { and, eq, inArray, sql } from 'drizzle-orm';
import { type Db, rowsOf } from './client.ts';
import { lotSelections } from './schema/balances.ts';
import { transactions } from './schema/transactions.ts';

/** A lot as it is kept that a disposal names it; the amount is in the smallest unit. */
export interface NewSelection {
  acquisitionId: bigint;
  acquiredAt: Date | null;
  rawAmount: string;
}

/** Acquisitions in a balance of the user, of whatever status, by their uuids; what is none is absent. */
export const acquisitionsOf = async (db: Db, userId: bigint, balanceId: bigint, uuids: readonly string[]) => {
  const rows = await db
    .select()
    .from(transactions)
    .where(
      and(
        eq(transactions.userId, userId),
        eq(transactions.balanceId, balanceId),
        eq(transactions.isDeleted, false),
        inArray(transactions.uuid, [...uuids]),
        inArray(transactions.transactionType, ['BUY', 'TRANSFER_IN']),
      ),
    );
  return new Map(rows.map((row) => [row.uuid, row]));
};

/** Takes back what a disposal names; tells whether it named anything. */
export const deleteSelections = async (db: Db, userId: bigint, transactionId: bigint): Promise<boolean> => {
  const { rowCount } = await db
    .update(lotSelections)
    .set({ isDeleted: true, updatedAt: sql`now()`, updatedBy: userId })
    .where(
      and(
        eq(lotSelections.userId, userId),
        eq(lotSelections.transactionId, transactionId),
        eq(lotSelections.isDeleted, false),
      ),
    );
  return rowCount !== 0;
};

/** Sets the lots that a disposal names, in the order in which they are to be consumed, instead of those it named. */
export const replaceSelections = async (
  db: Db,
  userId: bigint,
  transactionId: bigint,
  named: readonly NewSelection[],
): Promise<void> => {
  await deleteSelections(db, userId, transactionId);
  await db
    .insert(lotSelections)
    .values(named.map((selection) => ({ ...selection, transactionId, userId, createdBy: userId })));
};

/** What a disposal names, in amounts of the smallest unit. */
export interface StoredSelection extends Record<string, unknown> {
  acquisition_uuid: string;
  /** Milliseconds since 1970. */
  acquired_at: string | null;
  raw_amount: string;
  /** How much of it the last replay has taken. */
  taken_raw_amount: string;
}

/** The lots that a disposal of a user names, with what the last replay made of it. */
export const selectionsOf = (
  db: Db,
  userId: bigint,
  { id, balanceId }: { id: bigint; balanceId: bigint },
): Promise<StoredSelection[]> =>
  rowsOf<StoredSelection>(
    db,
    // Average cost is the method of what is named, too. All of a named lot is taken before the method's turn comes: what
    // was taken of it in all is at least what was taken in its name.
    sql`SELECT acquisition.uuid AS acquisition_uuid, named.raw_amount,
          (extract(epoch FROM named.acquired_at) * 1000)::bigint AS acquired_at,
          least(named.raw_amount, coalesce(taken.raw_amount, 0)) AS taken_raw_amount
        FROM lot_selections AS named JOIN transactions AS acquisition ON acquisition.id = named.acquisition_id
        CROSS JOIN transactions AS disposal
        CROSS JOIN LATERAL (
          SELECT sum(matched.raw_amount) AS raw_amount FROM lot_matches AS matched
          JOIN lots ON lots.balance_id = matched.balance_id AND lots.sequence = matched.lot_sequence
          WHERE matched.balance_id = ${balanceId} AND matched.transaction_id = disposal.id
            AND matched.disposed_at = disposal."timestamp"
            AND matched.method IN ('SPECIFIC', 'AVERAGE') AND matched.kind <> 'REBASE'
            AND lots.transaction_id = named.acquisition_id
            AND lots.acquired_at = coalesce(named.acquired_at, lots.acquired_at)) AS taken
        WHERE named.user_id = ${userId} AND named.transaction_id = ${id} AND NOT named.is_deleted
          AND disposal.id = ${id}
        ORDER BY named.id`,
  );

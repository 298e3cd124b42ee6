/** The chains of the journal as they are stored, for who checks them. */
import { sql } from 'drizzle-orm';
import { type Db, rowsOf } from './client.ts';

/** An entry as text, field by field, as it was hashed: nothing of it has passed through a number or a date of ours. */
export interface StoredEntry extends Record<string, unknown> {
  sequence: string;
  uuid: string;
  fields: (string | null)[];
  previous_hash: Buffer;
  hash: Buffer;
}

/** Entries of a user after a sequence, in order, at most so many. */
export const entriesAfter = (
  db: Db,
  userId: bigint,
  sequence: bigint,
  limit: number,
): Promise<StoredEntry[]> =>
  rowsOf<StoredEntry>(
    db,
    sql`SELECT sequence, uuid, previous_hash, hash, ARRAY[
          user_id::text, sequence::text, uuid::text,
          to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
          actor_kind, actor_id::text, action, subject, subject_uuid::text, wallet_id::text, balance_id::text,
          other_wallet_id::text, other_balance_id::text, before::text, after::text] AS fields
        FROM audit_entries WHERE user_id = ${userId} AND sequence > ${sequence}
        ORDER BY sequence LIMIT ${limit}`,
  );

/** Where a user's chain ends; undefined when that is not known. */
export const headOf = async (db: Db, userId: bigint) => {
  const [head] = await rowsOf<{ sequence: string; hash: Buffer }>(
    db,
    sql`SELECT sequence, hash FROM audit_heads WHERE user_id = ${userId}`,
  );
  return head && { sequence: BigInt(head.sequence), hash: head.hash };
};

/** Users after an id, in order, at most so many: all, or the ones of a name. */
export const usersAfter = async (db: Db, id: bigint, limit: number, username?: string) => {
  const named = username === undefined ? sql`` : sql`AND username = ${username.toLowerCase()}`;
  const rows = await rowsOf<{ id: string; username: string }>(
    db,
    sql`SELECT id, username FROM users WHERE id > ${id} ${named} ORDER BY id LIMIT ${limit}`,
  );
  return rows.map((row) => ({ ...row, id: BigInt(row.id) }));
};

/** Reads as of one moment, with times written in UTC, as the journal writes them. */
export const asOfOneMoment = (db: Db, read: (moment: Db) => Promise<void>): Promise<void> =>
  db.transaction(
    async (moment) => {
      await moment.execute(sql`SELECT set_config('timezone', 'UTC', true)`);
      await read(moment);
    },
    { isolationLevel: 'repeatable read', accessMode: 'read only' },
  );

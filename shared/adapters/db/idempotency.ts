import { sql } from 'drizzle-orm';
import { type Db, rowsOf } from './client.ts';

/** The first answer to a request, as it was sent. */
export interface StoredAnswer {
  requestHash: string;
  status: number;
  body: unknown;
}

/**
 * Claims a key for the open transaction; whoever else sends it waits for this transaction to end.
 *
 * @returns the stored answer where the key was used within the last 24 hours, else undefined
 */
export const claimKey = async (
  db: Db,
  scope: string,
  key: string,
  requestHash: string,
): Promise<StoredAnswer | undefined> => {
  await db.execute(
    sql`DELETE FROM idempotency_keys WHERE scope = ${scope} AND key = ${key} AND expires_at < now()`,
  );
  const claimed = await rowsOf(
    db,
    sql`INSERT INTO idempotency_keys (scope, key, request_hash, expires_at)
        VALUES (${scope}, ${key}, ${requestHash}, now() + interval '24 hours')
        ON CONFLICT (scope, key) DO NOTHING RETURNING id`,
  );
  if (claimed.length > 0) return undefined;
  const [stored] = await rowsOf<{ request_hash: string; status: number; body: unknown }>(
    db,
    sql`SELECT request_hash, status, body FROM idempotency_keys WHERE scope = ${scope} AND key = ${key}`,
  );
  if (!stored) throw new Error('an idempotency key vanished between claim and read');
  return { requestHash: stored.request_hash, status: stored.status, body: stored.body };
};

/** Stores the answer with the effect, in the effect's own transaction. */
export const storeAnswer = async (
  db: Db,
  scope: string,
  key: string,
  status: number,
  body: unknown,
): Promise<void> => {
  await db.execute(
    sql`UPDATE idempotency_keys SET status = ${status}, body = ${JSON.stringify(body ?? null)}::jsonb, updated_at = now()
        WHERE scope = ${scope} AND key = ${key}`,
  );
};

/** Gives a claimed key back, for a request that was refused. */
export const releaseKey = async (db: Db, scope: string, key: string): Promise<void> => {
  await db.execute(sql`DELETE FROM idempotency_keys WHERE scope = ${scope} AND key = ${key}`);
};

import { sql } from 'drizzle-orm';
import type { Outgoing } from '#shared/adapters/queue.ts';
import { type Db, rowsOf } from './client.ts';
import { outbox } from './schema/messages.ts';

/** Writes a message with the change it announces; gives its uuid. */
export const insertOutbox = async (
  db: Db,
  row: { userId: bigint; message: string; groupId: string; body: object },
): Promise<string> => {
  const [created] = await db.insert(outbox).values(row).returning({ uuid: outbox.uuid });
  if (!created) throw new Error('INSERT returned no row');
  return created.uuid;
};

interface OutboxRow extends Record<string, unknown> {
  uuid: string;
  message: string;
  group_id: string;
  body: unknown;
}

/**
 * Claims unsent messages: the given ones at once, or up to `limit` that have waited for five seconds. A claim lasts a
 * minute, so whoever dies between claim and send only delays.
 */
export const claimOutbox = async (
  db: Db,
  which: { uuids: readonly string[] } | { limit: number },
): Promise<Outgoing[]> => {
  const wanted =
    'uuids' in which
      ? sql`uuid = ANY(${sql.param([...which.uuids])}::uuid[])`
      : sql`created_at < now() - interval '5 seconds'`;
  const rows = await rowsOf<OutboxRow>(
    db,
    sql`UPDATE outbox SET claimed_at = now(), updated_at = now() WHERE id IN (
          SELECT id FROM outbox WHERE sent_at IS NULL AND ${wanted}
            AND (claimed_at IS NULL OR claimed_at < now() - interval '1 minute')
          ORDER BY id LIMIT ${'uuids' in which ? which.uuids.length : which.limit} FOR UPDATE SKIP LOCKED)
        RETURNING uuid, message, group_id, body`,
  );
  return rows.map((row) => ({
    id: row.uuid,
    messageId: row.message,
    groupId: row.group_id,
    body: row.body,
  }));
};

export const markSent = async (db: Db, uuids: readonly string[]): Promise<void> => {
  if (uuids.length === 0) return;
  await db.execute(
    sql`UPDATE outbox SET sent_at = now(), updated_at = now() WHERE uuid = ANY(${sql.param([...uuids])}::uuid[])`,
  );
};

/** Forgets what was sent more than a week ago. */
export const purgeOutbox = async (db: Db): Promise<void> => {
  await db.execute(sql`DELETE FROM outbox WHERE sent_at < now() - interval '7 days'`);
};

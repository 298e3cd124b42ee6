import { sql } from 'drizzle-orm';
import type { Outgoing } from '#shared/adapters/queue.ts';
import { type Db, rowsOf } from './client.ts';

/** Writes messages of one kind and group with the change that they announce; gives their uuids. */
export const insertOutbox = async (
  db: Db,
  {
    userId,
    message,
    groupId,
    bodies,
  }: { userId: bigint; message: string; groupId: string; bodies: object[] },
): Promise<string[]> => {
  if (bodies.length === 0) return [];
  const rows = await rowsOf<{ uuid: string }>(
    db,
    sql`INSERT INTO outbox (user_id, message, group_id, body) SELECT ${userId}, ${message}, ${groupId}, body
        FROM unnest(${sql.param(bodies.map((body) => JSON.stringify(body)))}::jsonb[]) AS body RETURNING uuid`,
  );
  return rows.map(({ uuid }) => uuid);
};

interface OutboxRow extends Record<string, unknown> {
  uuid: string;
  message: string;
  group_id: string;
  body: unknown;
}

/**
 * Claims unsent messages: the given ones at once, or up to `limit` that have waited for five seconds. A claim lasts as
 * long, so whoever dies between claim and send only delays; who was merely slow sends again what the queue deduplicates.
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
            AND (claimed_at IS NULL OR claimed_at < now() - interval '5 seconds')
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

const isUuid = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);

/** Notes that messages are done with. Some may never have been here: what was moved out of dead letters is sent anew. */
export const markHandled = async (db: Db, ids: readonly string[]): Promise<void> => {
  await db.execute(
    sql`UPDATE outbox SET handled_at = now(), updated_at = now()
        WHERE uuid = ANY(${sql.param(ids.filter(isUuid))}::uuid[]) AND handled_at IS NULL`,
  );
};

export interface Backlog extends Record<string, unknown> {
  unsent: number;
  oldest_age_seconds: number;
}

/** What is not handled yet, by message: how many wait to be sent, and the age of the oldest. Absent where nothing is. */
export const backlogs = async (db: Db): Promise<Map<string, Backlog>> => {
  const rows = await rowsOf<Backlog & { message: string }>(
    db,
    sql`SELECT message, count(*) FILTER (WHERE sent_at IS NULL)::int AS unsent,
          floor(extract(epoch FROM now() - min(created_at)))::int AS oldest_age_seconds
        FROM outbox WHERE handled_at IS NULL GROUP BY message`,
  );
  return new Map(rows.map(({ message, ...backlog }) => [message, backlog]));
};

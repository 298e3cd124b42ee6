import { sql } from 'drizzle-orm';
import { type Db, rowsOf } from './client.ts';

interface Marked extends Record<string, unknown> {
  balances: number;
  announced: number;
  first: string[];
}

/**
 * Marks balances, of everybody or in one token, for a replay from their first transactions, and writes the messages
 * that announce it, in one statement. A balance that waits already, its message written and not yet handled, is not
 * announced again; after an hour that message counts as lost. The caller has locked all ledgers: whoever handles a
 * message meanwhile waits, and then sees the mark.
 *
 * @param first how many of the written messages' uuids to give back
 */
export const markAndAnnounce = async (
  db: Db,
  { message, tokenId, first }: { message: string; tokenId?: bigint; first: number },
): Promise<Marked> => {
  const [marked] = await rowsOf<Marked>(
    db,
    sql`WITH waiting AS MATERIALIZED (
          SELECT balances.id FROM balances JOIN outbox ON outbox.body ->> 'balance_uuid' = balances.uuid::text
          WHERE balances.dirty_since IS NOT NULL AND outbox.message = ${message} AND outbox.handled_at IS NULL
            AND (outbox.sent_at IS NULL OR outbox.sent_at > now() - interval '1 hour')
        ), marked AS (
          UPDATE balances SET dirty_since = '-infinity', version = version + 1, updated_at = now()
          FROM users
          WHERE users.id = balances.user_id AND NOT users.is_deleted AND NOT balances.is_deleted
            ${tokenId === undefined ? sql`` : sql`AND balances.token_id = ${tokenId}`}
          RETURNING balances.id, balances.uuid, balances.user_id, users.uuid AS user_uuid
        ), announced AS (
          INSERT INTO outbox (user_id, message, group_id, body)
          SELECT user_id, ${message}::text, user_uuid::text, jsonb_build_object('balance_uuid', uuid) FROM marked
          WHERE id NOT IN (SELECT id FROM waiting) ORDER BY id
          RETURNING uuid
        )
        SELECT (SELECT count(*)::int FROM marked) AS balances,
          (SELECT count(*)::int FROM announced) AS announced,
          (SELECT coalesce(jsonb_agg(uuid), '[]') FROM (SELECT uuid FROM announced LIMIT ${first}) AS sample) AS first`,
  );
  if (!marked) throw new Error('SELECT returned no row');
  return marked;
};

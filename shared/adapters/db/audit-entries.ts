import { sql } from 'drizzle-orm';
import { namesOf, presentState, type State, stateColumn, uuidsOf } from './audit-states.ts';
import { type Db, rowsOf } from './client.ts';
import { type PageQuery, toPage } from './page.ts';
import type { auditEntries } from './schema/audit.ts';

type Entry = typeof auditEntries.$inferSelect;

interface Row extends Record<string, unknown> {
  uuid: string;
  at: Date | string;
  actor_kind: Entry['actorKind'];
  username: string | null;
  action: Entry['action'];
  subject: string;
  subject_uuid: string;
  wallet_id: string | null;
  balance_id: string | null;
  other_wallet_id: string | null;
  other_balance_id: string | null;
  before: State | null;
  after: State | null;
  hash: string;
  previous_hash: string;
}

/** A page of a user's journal, the newest entry first: all of it, or what touched one of their wallets. */
export const pageAudit = async (
  db: Db,
  userId: bigint,
  walletId: bigint | undefined,
  { limit, cursor }: PageQuery,
) => {
  const older =
    cursor === undefined
      ? sql``
      : sql`AND sequence < (SELECT sequence FROM audit_entries WHERE uuid = ${cursor} AND user_id = ${userId})`;
  // Either column has an index in this order: neither a busy wallet nor a quiet one is searched for.
  const touching = (column: string) => sql`(
    SELECT sequence FROM audit_entries
    WHERE user_id = ${userId} AND ${sql.raw(column)} = ${walletId} ${older}
    ORDER BY sequence DESC LIMIT ${limit + 1})`;
  const touched =
    walletId === undefined
      ? sql``
      : sql`AND sequence IN (${touching('wallet_id')} UNION ${touching('other_wallet_id')})`;
  const rows = await rowsOf<Row>(
    db,
    sql`SELECT entry.uuid, entry.at, actor_kind, users.username, action, subject, subject_uuid,
          wallet_id, balance_id, other_wallet_id, other_balance_id,
          ${stateColumn(sql`before`)} AS before, ${stateColumn(sql`after`)} AS after,
          encode(hash, 'hex') AS hash, encode(previous_hash, 'hex') AS previous_hash
        FROM audit_entries AS entry LEFT JOIN users ON users.id = entry.actor_id
        WHERE entry.user_id = ${userId} ${older} ${touched}
        ORDER BY sequence DESC LIMIT ${limit + 1}`,
  );
  const wallets = (row: Row) => [row.wallet_id, row.other_wallet_id];
  const balances = (row: Row) => [row.balance_id, row.other_balance_id];
  const states = rows.flatMap(({ before, after }) => [before, after]);
  const names = await namesOf(db, userId, states, {
    wallets: rows.flatMap(wallets),
    balances: rows.flatMap(balances),
  });
  return toPage(rows, { limit, cursor }, (row) => ({
    uuid: row.uuid,
    at: new Date(row.at).toISOString(),
    actor: { kind: row.actor_kind, username: row.username },
    action: row.action,
    subject: row.subject,
    subject_uuid: row.subject_uuid,
    before: presentState(names, row.before),
    after: presentState(names, row.after),
    wallet_uuids: uuidsOf(names, 'wallets', wallets(row)),
    balance_uuids: uuidsOf(names, 'balances', balances(row)),
    hash: row.hash,
    previous_hash: row.previous_hash,
  }));
};

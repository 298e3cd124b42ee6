/** What the journal tells of rows, compared with the rows. */
import { type SQL, sql } from 'drizzle-orm';
import { type Db, rowsOf } from './client.ts';

const ofUser = (userId: bigint) => sql`user_id = ${userId}`;

/** What is journaled: tables, the subjects under which their rows are, and which rows are a user's. */
const journaled = {
  transactions: { subjects: ['transaction', 'link'], own: ofUser },
  declined_links: { subjects: ['declined_link'], own: ofUser },
  lot_selections: { subjects: ['lot_selection'], own: ofUser },
  price_overrides: { subjects: ['price_override'], own: ofUser },
  portfolios: { subjects: ['portfolio'], own: ofUser },
  portfolio_wallets: {
    subjects: ['portfolio_wallet'],
    own: (userId: bigint) =>
      sql`portfolio_id IN (SELECT portfolios.id FROM portfolios WHERE portfolios.user_id = ${userId})`,
  },
} as const satisfies Record<string, { subjects: readonly string[]; own: (userId: bigint) => SQL }>;

export type Journaled = keyof typeof journaled;
export const journaledTables = Object.keys(journaled) as Journaled[];

/** Something that is not as the journal has it. */
export interface Difference extends Record<string, unknown> {
  uuid: string;
  what: string;
}

/** So many are told of a user and a table: where nothing is right, more would not say more. */
export const mostDifferences = 1_000;

/**
 * The columns in which two states differ, null where in none. A column that only one of them has was added or dropped
 * by a migration in between.
 */
const differing = (one: SQL, other: SQL) => sql`(
  SELECT string_agg(key, ', ' ORDER BY key) FROM jsonb_each(${one}) AS one (key, was)
  JOIN jsonb_each(${other}) AS other (key, is_now) USING (key) WHERE was <> is_now)`;

const entriesOf = (userId: bigint, table: Journaled) =>
  sql`audit_entries WHERE user_id = ${userId}
      AND subject = ANY(${sql.param([...journaled[table].subjects])}::text[])`;

/**
 * Rows of a user that are not as the newest entry of theirs says, that the journal does not know, or that are gone without
 * a word. Times are compared as text: the caller has set the time zone to UTC.
 */
export const strayRows = (db: Db, userId: bigint, table: Journaled): Promise<Difference[]> =>
  rowsOf<Difference>(
    db,
    sql`WITH told AS (
          SELECT DISTINCT ON (subject_uuid) subject_uuid AS uuid, sequence, after
          FROM ${entriesOf(userId, table)} ORDER BY subject_uuid, sequence DESC
        ), present AS (
          SELECT uuid, audit_state(to_jsonb(stored)) AS state
          FROM ${sql.raw(table)} AS stored WHERE ${journaled[table].own(userId)}
        ), compared AS (
          SELECT uuid, CASE
            WHEN told.sequence IS NULL THEN 'the journal does not know it'
            WHEN told.after IS NULL AND state IS NOT NULL THEN 'is there, though entry ' || sequence || ' says that it was erased'
            WHEN told.after IS NOT NULL AND state IS NULL THEN 'is gone, though entry ' || sequence || ' tells of it'
            ELSE 'is not as entry ' || sequence || ' says, in ' || ${differing(sql`told.after`, sql`state`)} END AS what
          FROM told FULL JOIN present USING (uuid)
        )
        SELECT * FROM compared WHERE what IS NOT NULL ORDER BY uuid LIMIT ${mostDifferences}`,
  );

/** Entries of a user that found a row otherwise than the entry before had left it. */
export const brokenHistories = (db: Db, userId: bigint, table: Journaled): Promise<Difference[]> =>
  rowsOf<Difference>(
    db,
    sql`WITH told AS (
          SELECT subject_uuid AS uuid, sequence, before, lag(after) OVER history AS left_as,
            lag(sequence) OVER history AS earlier
          FROM ${entriesOf(userId, table)}
          WINDOW history AS (PARTITION BY subject_uuid ORDER BY sequence)
        ), compared AS (
          SELECT uuid, sequence, 'was changed unseen between entries ' || earlier || ' and ' || sequence
            || coalesce(', in ' || ${differing(sql`left_as`, sql`before`)}, '') AS what
          FROM told WHERE earlier IS NOT NULL
            AND ((before IS NULL) <> (left_as IS NULL) OR ${differing(sql`left_as`, sql`before`)} IS NOT NULL)
        )
        SELECT uuid, what FROM compared ORDER BY sequence LIMIT ${mostDifferences}`,
  );

/** Journaled tables whose triggers are missing or switched off, with the names of these. */
export const silencedTables = (db: Db): Promise<{ table: string; triggers: string }[]> =>
  rowsOf<{ table: string; triggers: string }>(
    db,
    sql`SELECT journaled.name AS table, string_agg(wanted.name, ', ' ORDER BY wanted.name) AS triggers
        FROM unnest(${sql.param(journaledTables)}::text[]) AS journaled (name)
        CROSS JOIN unnest('{audit_insert,audit_update,audit_delete}'::text[]) AS wanted (name)
        WHERE NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = to_regclass(journaled.name)
          AND tgname = wanted.name AND tgenabled IN ('O', 'A'))
        GROUP BY journaled.name ORDER BY journaled.name`,
  );

/** Accounts as operators see them. */
import { and, desc, eq, type SQL, sql } from 'drizzle-orm';
import { notFound } from '#shared/errors.ts';
import type { Db } from './client.ts';
import { literally } from './like.ts';
import { type PageQuery, toPage } from './page.ts';
import { users } from './schema/users.ts';

const query = (db: Db) =>
  db
    .select({
      id: users.id,
      uuid: users.uuid,
      username: users.username,
      email: users.email,
      createdAt: users.createdAt,
      isDeleted: users.isDeleted,
      deletedAt: users.deletedAt,
      wallets: sql<number>`(SELECT count(*)::int FROM wallets
        WHERE wallets.user_id = users.id AND NOT wallets.is_deleted)`,
    })
    .from(users);

type Row = Awaited<ReturnType<typeof query>>[number];

/** An account as the list of accounts shows it. */
export const presentManagedUser = (row: Row) => ({
  uuid: row.uuid,
  username: row.username,
  email: row.email,
  created_at: row.createdAt.toISOString(),
  is_deleted: row.isDeleted,
  deleted_at: row.deletedAt?.toISOString() ?? null,
  wallets: row.wallets,
});

/** An account that is not deleted, and cannot change until the transaction ends. @throws UserError */
export const lockManagedUser = async (db: Db, uuid: string): Promise<Row> => {
  const [row] = await query(db)
    .where(and(eq(users.uuid, uuid), eq(users.isDeleted, false)))
    .for('update', { of: users });
  if (!row) throw notFound('User');
  return row;
};

const matching = (search: string): SQL => {
  const pattern = `%${literally(search)}%`;
  return sql`(${users.username} ILIKE ${pattern} OR ${users.email} ILIKE ${pattern})`;
};

/** A page of all accounts, the newest first. */
export const pageUsers = async (
  db: Db,
  { limit, cursor, search }: PageQuery & { search?: string | undefined },
) => {
  const rows = await query(db)
    .where(
      and(
        search === undefined ? undefined : matching(search),
        cursor === undefined ? undefined : sql`${users.id} < (SELECT id FROM users WHERE uuid = ${cursor})`,
      ),
    )
    .orderBy(desc(users.id))
    .limit(limit + 1);
  return toPage(rows, { limit, cursor }, presentManagedUser);
};

import { and, eq, ne, or, sql } from 'drizzle-orm';
import { notFound } from '#shared/errors.ts';
import type { Db } from './client.ts';
import { users } from './schema/users.ts';

type UserRow = Pick<typeof users.$inferSelect, 'uuid' | 'username' | 'email' | 'createdAt' | 'updatedAt'>;

/** The columns behind `presentUser`. */
const publicUser = {
  uuid: users.uuid,
  username: users.username,
  email: users.email,
  createdAt: users.createdAt,
  updatedAt: users.updatedAt,
};

/** A user as the API shows them. */
export const presentUser = ({ uuid, username, email, createdAt, updatedAt }: UserRow) => ({
  uuid,
  username,
  email,
  created_at: createdAt.toISOString(),
  updated_at: updatedAt.toISOString(),
});

/**
 * The caller, who is named in the path too.
 *
 * @throws UserError when the name is another's or nobody's, which is the same
 */
export const requireSelf = async (db: Db, userId: bigint, username: string): Promise<UserRow> => {
  const [user] = await db.select(publicUser).from(users).where(eq(users.id, userId));
  if (user?.username !== username) throw notFound('User');
  return user;
};

/** A user who cannot change until the transaction ends. */
export const lockUser = async (db: Db, userId: bigint): Promise<UserRow> => {
  const [user] = await db.select(publicUser).from(users).where(eq(users.id, userId)).for('update');
  if (!user) throw notFound('User');
  return user;
};

/** A user who is not deleted; undefined when there is none. */
export const findUserId = async (db: Db, uuid: string): Promise<bigint | undefined> => {
  const [user] = await db
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.uuid, uuid), eq(users.isDeleted, false)));
  return user?.id;
};

/** What a log-in needs to know, by username or e-mail address. */
export const findCredentials = async (db: Db, name: string) => {
  const [user] = await db
    .select({ id: users.id, uuid: users.uuid, passwordHash: users.passwordHash })
    .from(users)
    .where(and(or(eq(users.username, name), eq(users.email, name)), eq(users.isDeleted, false)));
  return user;
};

export const findPasswordHash = async (db: Db, userId: bigint): Promise<string | null> => {
  const [user] = await db
    .select({ passwordHash: users.passwordHash })
    .from(users)
    .where(eq(users.id, userId));
  return user?.passwordHash ?? null;
};

export const setPasswordHash = async (db: Db, userId: bigint, passwordHash: string): Promise<void> => {
  await db.update(users).set({ passwordHash, updatedAt: new Date() }).where(eq(users.id, userId));
};

/** Inserts a user; undefined when the username or the e-mail address is taken. */
export const insertUser = async (db: Db, user: { username: string; email: string; passwordHash: string }) => {
  const [created] = await db.insert(users).values(user).onConflictDoNothing().returning(publicUser);
  return created;
};

/** The public id of a user who exists. */
export const findUserUuid = async (db: Db, userId: bigint): Promise<string> => {
  const [user] = await db.select({ uuid: users.uuid }).from(users).where(eq(users.id, userId));
  if (!user) throw new Error('a wallet belongs to nobody');
  return user.uuid;
};

/** Changes a user's name and address; undefined when another has either. */
export const updateUser = async (db: Db, userId: bigint, change: { username: string; email: string }) => {
  const taken = await db
    .select({ id: users.id })
    .from(users)
    .where(
      and(
        ne(users.id, userId),
        or(eq(users.username, change.username), eq(users.email, change.email)),
        eq(users.isDeleted, false),
      ),
    );
  if (taken.length > 0) return undefined;
  const [changed] = await db
    .update(users)
    .set({ ...change, updatedAt: new Date(), updatedBy: userId })
    .where(eq(users.id, userId))
    .returning(publicUser);
  return changed;
};

/** Takes a user's account and password away; name and e-mail address are free again. */
export const softDeleteUser = async (db: Db, userId: bigint): Promise<void> => {
  await db
    .update(users)
    .set({ isDeleted: true, passwordHash: null, deletedAt: sql`now()`, updatedAt: sql`now()` })
    .where(eq(users.id, userId));
};

import { and, eq, or } from 'drizzle-orm';
import type { Db } from './client.ts';
import { users } from './schema/users.ts';

/** A user as the API shows them. */
const publicUser = {
  uuid: users.uuid,
  username: users.username,
  email: users.email,
  createdAt: users.createdAt,
};

/** The id behind the subject of an access token; undefined once the account is deleted. */
export const findUserId = async (db: Db, uuid: string): Promise<bigint | undefined> => {
  const [user] = await db
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.uuid, uuid), eq(users.isDeleted, false)));
  return user?.id;
};

export const usernameOf = async (db: Db, userId: bigint): Promise<string | undefined> => {
  const [user] = await db.select({ username: users.username }).from(users).where(eq(users.id, userId));
  return user?.username;
};

/** What a log-in needs to know, by username or e-mail address. */
export const findCredentials = async (db: Db, name: string) => {
  const [user] = await db
    .select({ id: users.id, uuid: users.uuid, passwordHash: users.passwordHash })
    .from(users)
    .where(and(or(eq(users.username, name), eq(users.email, name)), eq(users.isDeleted, false)));
  return user;
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

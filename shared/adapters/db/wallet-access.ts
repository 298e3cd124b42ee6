import { and, eq, inArray } from 'drizzle-orm';
import { notFound } from '#shared/errors.ts';
import type { Db } from './client.ts';
import { wallets } from './schema/users.ts';

export type WalletRow = typeof wallets.$inferSelect;

/** A user's wallets that are not deleted. */
export const owned = (userId: bigint) => and(eq(wallets.userId, userId), eq(wallets.isDeleted, false));

/** @throws WalletError when there is no such wallet, or it is another's. */
export const requireWallet = async (db: Db, userId: bigint, uuid: string): Promise<WalletRow> => {
  const [wallet] = await db
    .select()
    .from(wallets)
    .where(and(owned(userId), eq(wallets.uuid, uuid)));
  if (!wallet) throw notFound('Wallet');
  return wallet;
};

/** @throws WalletError when any of the wallets is not there, or is another's. */
export const requireWallets = async (
  db: Db,
  userId: bigint,
  uuids: readonly string[],
): Promise<Map<string, WalletRow>> => {
  const wanted = [...new Set(uuids.map((uuid) => uuid.toLowerCase()))];
  const rows = await db
    .select()
    .from(wallets)
    .where(and(owned(userId), inArray(wallets.uuid, wanted)));
  if (rows.length < wanted.length) throw notFound('Wallet');
  return new Map(rows.map((wallet) => [wallet.uuid, wallet]));
};

/** A wallet whoever's it is: for operators. */
export const requireAnyWallet = async (db: Db, uuid: string): Promise<WalletRow> => {
  const [wallet] = await db
    .select()
    .from(wallets)
    .where(and(eq(wallets.uuid, uuid), eq(wallets.isDeleted, false)));
  if (!wallet) throw notFound('Wallet');
  return wallet;
};

import { and, eq } from 'drizzle-orm';
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

/** A wallet whoever's it is: for operators. */
export const requireAnyWallet = async (db: Db, uuid: string): Promise<WalletRow> => {
  const [wallet] = await db
    .select()
    .from(wallets)
    .where(and(eq(wallets.uuid, uuid), eq(wallets.isDeleted, false)));
  if (!wallet) throw notFound('Wallet');
  return wallet;
};

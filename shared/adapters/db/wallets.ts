import { and, desc, eq, inArray, type SQL, sql } from 'drizzle-orm';
import { publicChainId } from './chains.ts';
import type { Db } from './client.ts';
import { type PageQuery, toPage } from './page.ts';
import { chains } from './schema/chains.ts';
import { walletAddresses, wallets } from './schema/users.ts';
import { owned, type WalletRow } from './wallet-access.ts';

/** An address to watch, in canonical form. */
export interface WatchedAddress {
  chainId: bigint;
  address: string;
}

export const insertWallet = async (
  db: Db,
  userId: bigint,
  wallet: { name: string; description: string | null },
): Promise<WalletRow> => {
  const [created] = await db
    .insert(wallets)
    .values({ ...wallet, userId, createdBy: userId })
    .returning();
  if (!created) throw new Error('INSERT returned no row');
  return created;
};

/** Changes what a wallet is called and said to be; gives it as it is then. */
export const updateWallet = async (
  db: Db,
  userId: bigint,
  walletId: bigint,
  change: { name: string; description: string | null },
): Promise<WalletRow> => {
  const [changed] = await db
    .update(wallets)
    .set({ ...change, updatedAt: sql`now()`, updatedBy: userId })
    .where(and(owned(userId), eq(wallets.id, walletId)))
    .returning();
  if (!changed) throw new Error('a wallet vanished while it was locked');
  return changed;
};

/** Adds addresses to a wallet; gives those that one of the user's wallets has already. */
export const insertAddresses = async (
  db: Db,
  userId: bigint,
  walletId: bigint,
  addresses: readonly WatchedAddress[],
): Promise<WatchedAddress[]> => {
  if (addresses.length === 0) return [];
  const added = await db
    .insert(walletAddresses)
    .values(addresses.map((address) => ({ ...address, userId, walletId, createdBy: userId })))
    .onConflictDoNothing()
    .returning({ chainId: walletAddresses.chainId, address: walletAddresses.address });
  const written = new Set(added.map(({ chainId, address }) => `${chainId}:${address}`));
  return addresses.filter(({ chainId, address }) => !written.has(`${chainId}:${address}`));
};

/** Takes a wallet's addresses on one chain away; gives how many there were. */
export const removeAddresses = async (
  db: Db,
  userId: bigint,
  walletId: bigint,
  chainId: bigint,
): Promise<number> => {
  const { rowCount } = await db
    .update(walletAddresses)
    .set({ isDeleted: true, updatedAt: sql`now()`, updatedBy: userId })
    .where(
      and(
        eq(walletAddresses.userId, userId),
        eq(walletAddresses.walletId, walletId),
        eq(walletAddresses.chainId, chainId),
        eq(walletAddresses.isDeleted, false),
      ),
    );
  return rowCount ?? 0;
};

/** The wallet, if any, in which a user watches an address. */
export const findAddressWallet = async (db: Db, userId: bigint, { chainId, address }: WatchedAddress) => {
  const [found] = await db
    .select({ walletId: walletAddresses.walletId, name: wallets.name })
    .from(walletAddresses)
    .innerJoin(wallets, eq(wallets.id, walletAddresses.walletId))
    .where(
      and(
        eq(walletAddresses.userId, userId),
        eq(walletAddresses.chainId, chainId),
        eq(walletAddresses.address, address),
        eq(walletAddresses.isDeleted, false),
      ),
    );
  return found;
};

/** Wallets with their addresses, as the API shows them. */
const presentWallets = async (db: Db, rows: readonly WalletRow[]) => {
  const ids = rows.map((wallet) => wallet.id);
  const addresses =
    ids.length === 0
      ? []
      : await db
          .select({
            walletId: walletAddresses.walletId,
            uuid: walletAddresses.uuid,
            publicId: chains.publicId,
            address: walletAddresses.address,
          })
          .from(walletAddresses)
          .innerJoin(chains, eq(chains.id, walletAddresses.chainId))
          .where(and(inArray(walletAddresses.walletId, ids), eq(walletAddresses.isDeleted, false)))
          .orderBy(walletAddresses.id);
  return rows.map((wallet) => ({
    uuid: wallet.uuid,
    name: wallet.name,
    description: wallet.description,
    addresses: addresses
      .filter((address) => address.walletId === wallet.id)
      .map(({ uuid, publicId, address }) => ({ uuid, chain_id: publicChainId(publicId), address })),
    created_at: wallet.createdAt.toISOString(),
    updated_at: wallet.updatedAt.toISOString(),
  }));
};

/** One wallet with its addresses, as the API shows it. */
export const presentWallet = async (db: Db, row: WalletRow) => {
  const [presented] = await presentWallets(db, [row]);
  if (!presented) throw new Error('a wallet was presented as none');
  return presented;
};

/** Wallets that watch one of these addresses, on one chain or on any; all of their user's. */
export const watching = (userId: bigint, addresses: readonly string[], chainId: bigint | undefined): SQL =>
  sql`${wallets.id} IN (
    SELECT wallet_id FROM wallet_addresses
    WHERE user_id = ${userId} AND address = ANY(${sql.param([...addresses])}) AND NOT is_deleted
      ${chainId === undefined ? sql`` : sql`AND chain_id = ${chainId}`})`;

/** A page of a user's wallets, or of some of them, the newest first. */
export const pageWallets = async (db: Db, userId: bigint, { limit, cursor }: PageQuery, only?: SQL) => {
  const rows = await db
    .select()
    .from(wallets)
    .where(
      and(
        owned(userId),
        only,
        cursor === undefined
          ? undefined
          : sql`${wallets.id} < (SELECT id FROM wallets WHERE uuid = ${cursor} AND user_id = ${userId})`,
      ),
    )
    .orderBy(desc(wallets.id))
    .limit(limit + 1);
  const presented = await presentWallets(db, rows);
  return toPage(presented, { limit, cursor }, (wallet) => wallet);
};

import { and, asc, eq, ne, type SQL, sql } from 'drizzle-orm';
import { notFound } from '#shared/errors.ts';
import { publicChainId } from './chains.ts';
import type { Db } from './client.ts';
import { type PageQuery, toPage } from './page.ts';
import { chains, rpcs } from './schema/chains.ts';

/** An RPC endpoint together with the public id of its chain. */
export interface RpcRecord {
  uuid: string;
  rpc: typeof rpcs.$inferSelect;
  publicId: string;
}

const query = (db: Db) =>
  db
    .select({ uuid: rpcs.uuid, rpc: rpcs, publicId: chains.publicId })
    .from(rpcs)
    .innerJoin(chains, eq(chains.id, rpcs.chainId));

/** An RPC endpoint as the API shows it. */
export const presentRpc = ({ uuid, rpc, publicId }: RpcRecord) => ({
  uuid,
  chain_id: publicChainId(publicId),
  url: rpc.url,
  priority: rpc.priority,
  is_active: rpc.isActive,
  created_at: rpc.createdAt.toISOString(),
  updated_at: rpc.updatedAt.toISOString(),
});

const withUuid = (uuid: string): SQL | undefined => and(eq(rpcs.uuid, uuid), eq(rpcs.isDeleted, false));

const orThrow = ([record]: readonly RpcRecord[]): RpcRecord => {
  if (!record) throw notFound('Rpc');
  return record;
};

/** @throws RpcError when there is no such endpoint */
export const requireRpc = async (db: Db, uuid: string): Promise<RpcRecord> =>
  orThrow(await query(db).where(withUuid(uuid)));

/** As `requireRpc`; it cannot change until the transaction ends. */
export const lockRpc = async (db: Db, uuid: string): Promise<RpcRecord> =>
  orThrow(await query(db).where(withUuid(uuid)).for('update', { of: rpcs }));

/** A page of RPC endpoints, of one chain or all, in the order in which they were added. */
export const pageRpcs = async (
  db: Db,
  { limit, cursor, chainId }: PageQuery & { chainId?: bigint | undefined },
) => {
  const rows = await query(db)
    .where(
      and(
        eq(rpcs.isDeleted, false),
        chainId === undefined ? undefined : eq(rpcs.chainId, chainId),
        cursor === undefined ? undefined : sql`${rpcs.id} > (SELECT id FROM rpcs WHERE uuid = ${cursor})`,
      ),
    )
    .orderBy(asc(rpcs.id))
    .limit(limit + 1);
  return toPage(rows, { limit, cursor }, presentRpc);
};

/** What operators may change of an RPC endpoint, as they write it. */
export type RpcFields = Pick<ReturnType<typeof presentRpc>, 'url' | 'priority' | 'is_active'>;

const columnsOf = ({ url, priority, is_active }: RpcFields) => ({ url, priority, isActive: is_active });

/** Adds an endpoint; gives its uuid, or undefined when the chain has it already. */
export const insertRpc = async (db: Db, chainId: bigint, fields: RpcFields) => {
  const [created] = await db
    .insert(rpcs)
    .values({ chainId, ...columnsOf(fields) })
    .onConflictDoNothing()
    .returning({ uuid: rpcs.uuid });
  return created?.uuid;
};

/** Changes an endpoint; tells whether it could, which it cannot when its chain has another of the same URL. */
export const updateRpc = async (
  db: Db,
  { id, chainId }: Pick<RpcRecord['rpc'], 'id' | 'chainId'>,
  fields: RpcFields,
): Promise<boolean> => {
  const taken = await db
    .select({ id: rpcs.id })
    .from(rpcs)
    .where(
      and(ne(rpcs.id, id), eq(rpcs.chainId, chainId), eq(rpcs.url, fields.url), eq(rpcs.isDeleted, false)),
    );
  if (taken.length > 0) return false;
  await db
    .update(rpcs)
    .set({ ...columnsOf(fields), updatedAt: sql`now()` })
    .where(eq(rpcs.id, id));
  return true;
};

export const softDeleteRpc = async (db: Db, id: bigint): Promise<void> => {
  await db.update(rpcs).set({ isDeleted: true, updatedAt: sql`now()` }).where(eq(rpcs.id, id));
};

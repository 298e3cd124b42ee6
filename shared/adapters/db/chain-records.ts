/** Chains as the API shows them, and as operators change them. */
import { and, asc, eq, or, sql } from 'drizzle-orm';
import { notFound } from '#shared/errors.ts';
import { type Chain, publicChainId } from './chains.ts';
import { type Db, rowsOf } from './client.ts';
import { type PageQuery, toPage } from './page.ts';
import { chains } from './schema/chains.ts';

/** A chain as the API shows it. */
export const presentChain = (chain: Chain) => ({
  uuid: chain.uuid,
  chain_id: publicChainId(chain.publicId),
  short_name: chain.shortName,
  name: chain.name,
  kind: chain.kind,
  explorer_url: chain.explorerUrl,
  explorer_tx_path: chain.explorerTxPath,
  explorer_address_path: chain.explorerAddressPath,
  finality_tag: chain.finalityTag,
  finality_confirmations: chain.finalityConfirmations,
  finality_unit: chain.finalityUnit,
  block_time_ms: chain.blockTimeMs,
  coingecko_platform: chain.coingeckoPlatform,
  defillama_id: chain.defillamaId,
  is_active: chain.isActive,
  created_at: chain.createdAt.toISOString(),
  updated_at: chain.updatedAt.toISOString(),
});

/** Chains by public id or short name; an id goes before a name. */
const named = (db: Db, name: string) =>
  db
    .select()
    .from(chains)
    .where(and(or(eq(chains.publicId, name), eq(chains.shortName, name)), eq(chains.isDeleted, false)))
    .orderBy(sql`${chains.publicId} <> ${name}`, asc(chains.id))
    .limit(1);

const orThrow = ([chain]: readonly (Chain | undefined)[]): Chain => {
  if (!chain) throw notFound('Chain');
  return chain;
};

/** @throws ChainError when no chain has this id or short name */
export const requireChain = async (db: Db, name: string): Promise<Chain> => orThrow(await named(db, name));

/** As `requireChain`; the chain cannot change until the transaction ends. */
export const lockChain = async (db: Db, name: string): Promise<Chain> =>
  orThrow(await named(db, name).for('update'));

/** Until the transaction ends nobody else adds or renames a chain; everybody goes on reading them. */
export const lockChainNames = async (db: Db): Promise<void> => {
  await db.execute(sql`LOCK TABLE chains IN SHARE ROW EXCLUSIVE MODE`);
};

/** Another chain that goes by one of these names, as its id or as its short name. */
export const findNamesake = async (db: Db, names: readonly string[], besides?: bigint) => {
  const rows = await Promise.all(names.map((name) => named(db, name)));
  return rows.flat().find(({ id }) => id !== besides);
};

export const pageChains = async (db: Db, { limit, cursor }: PageQuery) => {
  const rows = await db
    .select()
    .from(chains)
    .where(
      and(
        eq(chains.isDeleted, false),
        cursor === undefined ? undefined : sql`${chains.id} > (SELECT id FROM chains WHERE uuid = ${cursor})`,
      ),
    )
    .orderBy(asc(chains.id))
    .limit(limit + 1);
  return toPage(rows, { limit, cursor }, presentChain);
};

/** Ids and names of the chains that are in use, for everybody. */
export const listActiveChains = async (db: Db) => {
  const rows = await db
    .select({ publicId: chains.publicId, name: chains.name })
    .from(chains)
    .where(and(eq(chains.isDeleted, false), eq(chains.isActive, true)))
    .orderBy(asc(chains.id));
  return rows.map(({ publicId, name }) => ({ chain_id: publicChainId(publicId), name }));
};

/** What of a chain is in use: how many rows of each kind. */
export const usesOfChain = async (db: Db, chainId: bigint) => {
  const [uses = {}] = await rowsOf<Record<string, number>>(
    db,
    sql`SELECT
      (SELECT count(*)::int FROM tokens WHERE chain_id = ${chainId} AND NOT is_deleted) AS tokens,
      (SELECT count(*)::int FROM rpcs WHERE chain_id = ${chainId} AND NOT is_deleted) AS "RPC endpoints",
      (SELECT count(*)::int FROM wallet_addresses WHERE chain_id = ${chainId} AND NOT is_deleted) AS "wallet addresses",
      (SELECT count(*)::int FROM transactions WHERE chain_id = ${chainId} AND NOT is_deleted) AS transactions,
      (SELECT count(*)::int FROM import_batches WHERE chain_id = ${chainId} AND NOT is_deleted) AS imports,
      (SELECT count(*)::int FROM nft_balances WHERE chain_id = ${chainId} AND NOT is_deleted) AS "NFT balances"`,
  );
  return uses;
};

/** What operators may change of a chain, as they write it. */
export type ChainFields = Omit<
  ReturnType<typeof presentChain>,
  'uuid' | 'chain_id' | 'kind' | 'created_at' | 'updated_at'
>;

const columnsOf = (fields: ChainFields) => ({
  shortName: fields.short_name,
  name: fields.name,
  explorerUrl: fields.explorer_url,
  explorerTxPath: fields.explorer_tx_path,
  explorerAddressPath: fields.explorer_address_path,
  finalityTag: fields.finality_tag,
  finalityConfirmations: fields.finality_confirmations,
  finalityUnit: fields.finality_unit,
  blockTimeMs: fields.block_time_ms,
  coingeckoPlatform: fields.coingecko_platform,
  defillamaId: fields.defillama_id,
  isActive: fields.is_active,
});

export const insertChain = async (
  db: Db,
  chain: ChainFields & { chain_id: string; kind: Chain['kind'] },
): Promise<Chain> => {
  const [created] = await db
    .insert(chains)
    .values({ ...columnsOf(chain), publicId: chain.chain_id, kind: chain.kind })
    .returning();
  return orThrow([created]);
};

export const updateChain = async (db: Db, id: bigint, fields: ChainFields): Promise<Chain> =>
  orThrow(
    await db
      .update(chains)
      .set({ ...columnsOf(fields), updatedAt: sql`now()` })
      .where(eq(chains.id, id))
      .returning(),
  );

export const softDeleteChain = async (db: Db, id: bigint): Promise<void> => {
  await db.update(chains).set({ isDeleted: true, updatedAt: sql`now()` }).where(eq(chains.id, id));
};

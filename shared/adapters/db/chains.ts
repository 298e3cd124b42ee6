import { and, eq, inArray, isNull, or, sql } from 'drizzle-orm';
import type { Db } from './client.ts';
import { chains, tokens } from './schema/chains.ts';

export type Chain = typeof chains.$inferSelect;
export type Token = typeof tokens.$inferSelect;

/** Chains by their public ids, as a map; what does not exist is absent. */
export const findChains = async (db: Db, publicIds: readonly string[]): Promise<Map<string, Chain>> => {
  if (publicIds.length === 0) return new Map();
  const found = await db
    .select()
    .from(chains)
    .where(and(inArray(chains.publicId, [...publicIds]), eq(chains.isDeleted, false)));
  return new Map(found.map((chain) => [chain.publicId, chain]));
};

/** A token of a chain by its canonical contract address, or the native one for null. */
export const findToken = async (db: Db, chainId: bigint, contractAddress: string | null) => {
  const [token] = await db
    .select()
    .from(tokens)
    .where(
      and(
        eq(tokens.chainId, chainId),
        contractAddress === null
          ? isNull(tokens.contractAddress)
          : eq(tokens.contractAddress, contractAddress),
        eq(tokens.isDeleted, false),
      ),
    );
  return token;
};

/** What of a chain and of a token an entry needs: there are many more columns. */
const columnsOf = {
  chain: { id: chains.id, publicId: chains.publicId, kind: chains.kind },
  token: {
    id: tokens.id,
    uuid: tokens.uuid,
    chainId: tokens.chainId,
    contractAddress: tokens.contractAddress,
    symbol: tokens.symbol,
    name: tokens.name,
    decimals: tokens.decimals,
  },
};

export type EntryChain = Pick<Chain, keyof typeof columnsOf.chain>;
export type EntryToken = Pick<Token, keyof typeof columnsOf.token>;

/**
 * Chains by their public ids, as a map, and every token of theirs that is named by its uuid or its canonical contract
 * address, and the native ones; what does not exist is absent.
 */
export const findChainsAndTokens = async (
  db: Db,
  publicIds: readonly string[],
  named: { uuids: readonly string[]; contracts: readonly string[] },
): Promise<{ chains: Map<string, EntryChain>; tokens: EntryToken[] }> => {
  const isNamed = or(
    inArray(tokens.uuid, [...named.uuids]),
    inArray(tokens.contractAddress, [...named.contracts]),
    isNull(tokens.contractAddress),
  );
  const rows = await db
    .select({ chain: columnsOf.chain, token: columnsOf.token })
    .from(chains)
    .leftJoin(tokens, and(eq(tokens.chainId, chains.id), eq(tokens.isDeleted, false), isNamed))
    .where(and(inArray(chains.publicId, [...publicIds]), eq(chains.isDeleted, false)));
  return {
    chains: new Map(rows.map(({ chain }) => [chain.publicId, chain])),
    tokens: rows.flatMap(({ token }) => token ?? []),
  };
};

/** A token that a file names and the database may not know yet. */
export interface NamedToken {
  contractAddress: string;
  symbol: string;
  name: string;
}

/**
 * Tokens of a chain by contract address. What is unknown is created with 18 decimals and unverified, for exports carry
 * none; correcting them later loses nothing, because what a file states is kept as a decimal.
 */
export const ensureTokens = async (
  db: Db,
  chainId: bigint,
  named: readonly NamedToken[],
): Promise<Map<string, Token>> => {
  if (named.length === 0) return new Map();
  await db
    .insert(tokens)
    .values(named.map((token) => ({ ...token, chainId, decimals: 18, isVerified: false })))
    .onConflictDoNothing();
  const found = await db
    .select()
    .from(tokens)
    .where(
      and(
        eq(tokens.chainId, chainId),
        inArray(
          tokens.contractAddress,
          named.map((token) => token.contractAddress),
        ),
        eq(tokens.isDeleted, false),
      ),
    );
  return new Map(found.map((token) => [token.contractAddress ?? '', token]));
};

/** The chain id as the API writes it: a number where the public id is one. */
export const publicChainId = (publicId: string): number | string =>
  /^\d+$/.test(publicId) ? Number(publicId) : publicId;

/** The columns behind `TokenSummary` and `chain_id`, for joins. */
export const tokenColumns = {
  tokenUuid: tokens.uuid,
  symbol: tokens.symbol,
  tokenName: tokens.name,
  decimals: tokens.decimals,
  contractAddress: tokens.contractAddress,
  publicId: chains.publicId,
};

interface TokenRow {
  tokenUuid: string;
  symbol: string;
  tokenName: string;
  decimals: number;
  contractAddress: string | null;
}

export const tokenSummary = (row: TokenRow) => ({
  uuid: row.tokenUuid,
  symbol: row.symbol,
  name: row.tokenName,
  decimals: row.decimals,
  contract_address: row.contractAddress,
});

/** Whether anything answers: the cheapest query there is. */
export const ping = async (db: Db): Promise<void> => {
  await db.execute(sql`SELECT 1`);
};

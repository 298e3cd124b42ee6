/** Tokens as the API shows them, and as operators change them. */
import { and, eq, inArray, type SQL, sql } from 'drizzle-orm';
import { plainOrNull } from '#shared/domain/decimal.ts';
import { notFound } from '#shared/errors.ts';
import { publicChainId, type Token } from './chains.ts';
import { type Db, rowsOf } from './client.ts';
import { literally } from './like.ts';
import { type PageQuery, toPage } from './page.ts';
import { chains, tokens } from './schema/chains.ts';

/** A token together with the public id of its chain, and how far its price can be trusted now. */
export interface TokenRecord {
  uuid: string;
  token: Token;
  publicId: string;
  priceState: PriceState;
}

type PriceState = 'current' | 'stale' | 'disputed' | 'none';

/** A price that nobody knows the time of is an old one. */
const priceState = sql<PriceState>`CASE
  WHEN ${tokens.currentPriceUsd} IS NULL THEN 'none'
  WHEN ${tokens.isPriceDisputed} THEN 'disputed'
  WHEN ${tokens.priceAt} >= now() - interval '1 hour' THEN 'current' ELSE 'stale' END`;

const query = (db: Db) =>
  db
    .select({ uuid: tokens.uuid, token: tokens, publicId: chains.publicId, priceState })
    .from(tokens)
    .innerJoin(chains, eq(chains.id, tokens.chainId));

/** A token as the API shows it. */
export const presentToken = ({ uuid, token, publicId, priceState: state }: TokenRecord) => ({
  uuid,
  chain_id: publicChainId(publicId),
  contract_address: token.contractAddress,
  symbol: token.symbol,
  name: token.name,
  decimals: token.decimals,
  kind: token.kind,
  is_verified: token.isVerified,
  is_spam: token.isSpam,
  coingecko_id: token.coingeckoId,
  current_price_usd: plainOrNull(token.currentPriceUsd),
  price_at: token.priceAt?.toISOString() ?? null,
  price_source: token.priceSource,
  price_state: state,
  market_cap_usd: plainOrNull(token.marketCapUsd),
  volume_24h_usd: plainOrNull(token.volume24hUsd),
  price_change_24h_percent: plainOrNull(token.priceChange24hPercent),
  created_at: token.createdAt.toISOString(),
  updated_at: token.updatedAt.toISOString(),
});

const withUuid = (uuid: string): SQL | undefined => and(eq(tokens.uuid, uuid), eq(tokens.isDeleted, false));

const orThrow = ([record]: readonly TokenRecord[]): TokenRecord => {
  if (!record) throw notFound('Token');
  return record;
};

/** @throws TokenError when there is no such token */
export const requireToken = async (db: Db, uuid: string): Promise<TokenRecord> =>
  orThrow(await query(db).where(withUuid(uuid)));

/** As `requireToken`; the token cannot change until the transaction ends, and may go on being referred to. */
export const lockToken = async (db: Db, uuid: string): Promise<TokenRecord> =>
  orThrow(await query(db).where(withUuid(uuid)).for('no key update', { of: tokens }));

/** What a search asks for; what is undefined does not matter. */
export interface TokenSearch extends PageQuery {
  symbol?: string | undefined;
  name?: string | undefined;
  /** In any of the forms that chains write it. */
  addresses?: readonly string[] | undefined;
  chainId?: bigint | undefined;
  verified?: boolean | undefined;
  spam: boolean;
}

const matching = ({ symbol, name, addresses, chainId, verified, spam }: TokenSearch) =>
  and(
    eq(tokens.isDeleted, false),
    symbol === undefined ? undefined : sql`lower(${tokens.symbol}) LIKE lower(${`${literally(symbol)}%`})`,
    name === undefined ? undefined : sql`lower(${tokens.name}) LIKE lower(${`%${literally(name)}%`})`,
    addresses && inArray(tokens.contractAddress, [...addresses]),
    chainId === undefined ? undefined : eq(tokens.chainId, chainId),
    verified === undefined ? undefined : eq(tokens.isVerified, verified),
    spam ? undefined : eq(tokens.isSpam, false),
  );

/** A page of the tokens that a search finds: verified ones first, then by symbol. */
export const pageTokens = async (db: Db, search: TokenSearch) => {
  const { limit, cursor } = search;
  const place = sql`NOT ${tokens.isVerified}, lower(${tokens.symbol}), ${tokens.id}`;
  const after =
    cursor === undefined
      ? undefined
      : sql`(${place}) > (SELECT NOT is_verified, lower(symbol), id FROM tokens WHERE uuid = ${cursor})`;
  const rows = await query(db)
    .where(and(matching(search), after))
    .orderBy(place)
    .limit(limit + 1);
  return toPage(rows, { limit, cursor }, presentToken);
};

/** What operators may change of a token, as they write it. */
export type TokenFields = Pick<
  ReturnType<typeof presentToken>,
  'symbol' | 'name' | 'kind' | 'is_verified' | 'is_spam' | 'coingecko_id'
>;

const columnsOf = (fields: TokenFields) => ({
  symbol: fields.symbol,
  name: fields.name,
  kind: fields.kind,
  isVerified: fields.is_verified,
  isSpam: fields.is_spam,
  coingeckoId: fields.coingecko_id,
});

/** Adds a token; gives its uuid, or undefined when its chain has it already. */
export const insertToken = async (
  db: Db,
  { fields, ...identity }: Pick<Token, 'chainId' | 'contractAddress' | 'decimals'> & { fields: TokenFields },
) => {
  const [created] = await db
    .insert(tokens)
    .values({ ...identity, ...columnsOf(fields) })
    .onConflictDoNothing()
    .returning({ uuid: tokens.uuid });
  return created?.uuid;
};

export const updateToken = async (db: Db, id: bigint, fields: TokenFields): Promise<void> => {
  await db
    .update(tokens)
    .set({ ...columnsOf(fields), updatedAt: sql`now()` })
    .where(eq(tokens.id, id));
};

export const softDeleteToken = async (db: Db, id: bigint): Promise<void> => {
  await db.update(tokens).set({ isDeleted: true, updatedAt: sql`now()` }).where(eq(tokens.id, id));
};

/** What of a token is in use: how many rows of each kind. */
export const usesOfToken = async (db: Db, tokenId: bigint) => {
  const [uses = {}] = await rowsOf<Record<string, number>>(
    db,
    sql`SELECT
      (SELECT count(*)::int FROM transactions JOIN balances ON balances.id = balance_id
        WHERE balances.token_id = ${tokenId} AND NOT transactions.is_deleted) AS transactions,
      (SELECT count(*)::int FROM balances WHERE token_id = ${tokenId} AND NOT is_deleted) AS balances,
      (SELECT count(*)::int FROM import_rows WHERE token_id = ${tokenId} AND NOT is_deleted) AS "imported rows",
      (SELECT count(*)::int FROM cex_balances WHERE token_id = ${tokenId} AND NOT is_deleted) AS "exchange balances"`,
  );
  return uses;
};

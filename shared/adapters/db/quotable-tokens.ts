/** Tokens as sources of prices know them. */
import { type SQL, sql } from 'drizzle-orm';
import type { QuotableToken } from '#shared/adapters/prices/price-source.ts';
import { type Db, rowsOf } from './client.ts';

/** What every statement has that reads them, from `tokens` joined with `chains`. */
export const quotableColumns: SQL = sql`tokens.id, symbol, contract_address, coingecko_id, coingecko_platform, defillama_id,
  is_verified`;

export interface QuotableRow extends Record<string, unknown> {
  id: string;
  symbol: string;
  contract_address: string | null;
  coingecko_id: string | null;
  coingecko_platform: string | null;
  defillama_id: string | null;
  is_verified: boolean;
}

export const toQuotable = (row: QuotableRow): QuotableToken => ({
  id: BigInt(row.id),
  symbol: row.symbol,
  contractAddress: row.contract_address,
  coingeckoId: row.coingecko_id,
  coingeckoPlatform: row.coingecko_platform,
  defillamaId: row.defillama_id,
  isVerified: row.is_verified,
});

/** Some of them; spam has no price that anything is valued by. */
export const quotableTokens = async (db: Db, ids: readonly bigint[]): Promise<Map<bigint, QuotableToken>> => {
  const rows = await rowsOf<QuotableRow>(
    db,
    sql`SELECT ${quotableColumns} FROM tokens JOIN chains ON chains.id = chain_id
        WHERE tokens.id = ANY(${sql.param(ids.map(String))}::bigint[]) AND NOT is_spam`,
  );
  return new Map(rows.map(toQuotable).map((token) => [token.id, token]));
};

/** `npm run seed -- chains|tokens seed|status|clear` on DATABASE_URL, or on the running instance's database. */
import { parseArgs } from 'node:util';
import { databaseUrl } from './local/operator/database-url.ts';
import { withClient } from './local/operator/with-client.ts';
import { SetupError } from './local/servers/processes.ts';
import { chains } from './seeds/chains.ts';
import { tokens } from './seeds/tokens.ts';

/** Writes the chains; a chain that exists takes the seed's facts and keeps its identity. Gives their number. */
export const seedChains = (url: string): Promise<number> =>
  withClient(url, async (client) => {
    const rows = chains.map((chain) => ({
      public_id: chain.chainId,
      short_name: chain.shortName,
      name: chain.name,
      kind: chain.kind,
      explorer_url: chain.explorerUrl,
      explorer_tx_path: chain.explorerTxPath,
      explorer_address_path: chain.explorerAddressPath,
      finality_tag: chain.finality.tag,
      finality_confirmations: chain.finality.confirmations,
      finality_unit: chain.finality.unit,
      block_time_ms: Math.max(1, Math.round(chain.blockTimeMs)),
      coingecko_platform: chain.coingeckoPlatform,
      defillama_id: chain.defillamaId,
    }));
    const columns = Object.keys(rows[0] ?? {});
    await client.query(
      `INSERT INTO chains (${columns.join(', ')})
       SELECT ${columns.join(', ')} FROM jsonb_populate_recordset(NULL::chains, $1)
       ON CONFLICT (public_id) WHERE NOT is_deleted DO UPDATE SET
         ${columns.map((column) => `${column} = excluded.${column}`).join(', ')}, updated_at = now()`,
      [JSON.stringify(rows)],
    );
    return rows.length;
  });

const tokenRows = () => [
  ...chains.map((chain) => ({
    public_id: chain.chainId,
    contract_address: null,
    symbol: chain.nativeSymbol,
    name: chain.nativeName,
    decimals: chain.nativeDecimals,
    kind: 'native',
    coingecko_id: chain.coingeckoNativeId,
  })),
  ...tokens.map((token) => ({
    public_id: token.chainId,
    contract_address: token.contractAddress,
    symbol: token.symbol,
    name: token.name,
    decimals: token.decimals,
    kind: token.kind,
    coingecko_id: token.coingeckoId,
  })),
];

/**
 * Writes each chain's native token and its well-known ones as verified. Decimals of a token that exists stay as they
 * are: amounts were recorded with them, and correcting them is a change of its own.
 */
export const seedTokens = (url: string): Promise<number> =>
  withClient(url, async (client) => {
    const rows = tokenRows();
    await client.query(
      `INSERT INTO tokens (chain_id, contract_address, symbol, name, decimals, kind, coingecko_id, is_verified)
       SELECT chains.id, seed.contract_address, seed.symbol, seed.name, seed.decimals, seed.kind,
              seed.coingecko_id, true
       FROM jsonb_to_recordset($1) AS seed (public_id text, contract_address text, symbol text, name text,
                                            decimals smallint, kind text, coingecko_id text)
       JOIN chains ON chains.public_id = seed.public_id AND NOT chains.is_deleted
       ON CONFLICT (chain_id, contract_address) WHERE NOT is_deleted DO UPDATE SET
         symbol = excluded.symbol, name = excluded.name, kind = excluded.kind,
         coingecko_id = excluded.coingecko_id, is_verified = tokens.decimals = excluded.decimals,
         updated_at = now()`,
      [JSON.stringify(rows)],
    );
    return rows.length;
  });

/** How many there are, chain by chain. */
const status = (url: string, table: 'chains' | 'tokens'): Promise<void> =>
  withClient(url, async (client) => {
    const { rows } = await client.query<{ name: string; seeded: string }>(
      table === 'chains'
        ? 'SELECT name, 1 AS seeded FROM chains WHERE NOT is_deleted ORDER BY id'
        : `SELECT chains.name, count(tokens.id) AS seeded FROM chains
           LEFT JOIN tokens ON tokens.chain_id = chains.id AND NOT tokens.is_deleted AND tokens.is_verified
           WHERE NOT chains.is_deleted GROUP BY chains.id ORDER BY chains.id`,
    );
    for (const row of rows) console.log(`${row.name}: ${row.seeded}`);
    console.log(`${rows.length} chains`);
  });

/** Removes what nothing refers to; what is in use stays, or history would lose its meaning. */
const clear = (url: string, table: 'chains' | 'tokens'): Promise<void> =>
  withClient(url, async (client) => {
    const unused =
      table === 'tokens'
        ? `NOT EXISTS (SELECT FROM balances WHERE balances.token_id = tokens.id)
           AND NOT EXISTS (SELECT FROM import_rows WHERE import_rows.token_id = tokens.id)
           AND NOT EXISTS (SELECT FROM cex_balances WHERE cex_balances.token_id = tokens.id)`
        : `NOT EXISTS (SELECT FROM tokens WHERE tokens.chain_id = chains.id)
           AND NOT EXISTS (SELECT FROM wallet_addresses WHERE wallet_addresses.chain_id = chains.id)
           AND NOT EXISTS (SELECT FROM rpcs WHERE rpcs.chain_id = chains.id)
           AND NOT EXISTS (SELECT FROM import_batches WHERE import_batches.chain_id = chains.id)
           AND NOT EXISTS (SELECT FROM nft_balances WHERE nft_balances.chain_id = chains.id)`;
    const { rowCount } = await client.query(`DELETE FROM ${table} WHERE ${unused}`);
    const { rows } = await client.query<{ left: string }>(`SELECT count(*) AS left FROM ${table}`);
    console.log(`Removed ${rowCount ?? 0} ${table}; ${rows[0]?.left ?? 0} are in use and stay.`);
  });

const usage = 'Usage: npm run seed -- chains|tokens seed|status|clear';

const main = async (): Promise<void> => {
  const [table, action] = parseArgs({ allowPositionals: true }).positionals;
  if (table !== 'chains' && table !== 'tokens') throw new SetupError(usage);
  const url = await databaseUrl();
  if (action === 'seed') {
    console.log(`Wrote ${await (table === 'chains' ? seedChains(url) : seedTokens(url))} ${table}.`);
  } else if (action === 'status') await status(url, table);
  else if (action === 'clear') await clear(url, table);
  else throw new SetupError(usage);
};

if (import.meta.main) {
  await main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  });
}

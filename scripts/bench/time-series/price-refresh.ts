// How many calls, and how long, until the prices of five thousand held tokens are refreshed.
import { createServer } from 'node:http';
import type pg from 'pg';
import { createDb } from '#shared/adapters/db/client.ts';
import { coingecko } from '#shared/adapters/prices/coingecko.ts';
import { defillama } from '#shared/adapters/prices/defillama.ts';
import { refreshPrices } from '#shared/usecases/refresh-prices.ts';
import { closeServer, listen } from '../../local/triggers/http-server.ts';
import { type Figure, median } from '../cost-basis/figures.ts';

const tokens = 5_000;
const runs = 5;
const runMs = 300_000;

/** Tokens that one wallet holds all of, by ids and contracts that both sources know. */
const fill = async (pool: pg.Pool): Promise<void> => {
  await pool.query(`
    INSERT INTO chains (public_id, short_name, name, kind, explorer_url, explorer_tx_path, explorer_address_path,
      finality_confirmations, finality_unit, block_time_ms, coingecko_platform, defillama_id)
    VALUES ('1', 'ethereum', 'Ethereum', 'evm', 'https://example.org', '/tx/', '/a/', 1, 'block', 1000, 'ethereum', 'ethereum')`);
  await pool.query(`
    INSERT INTO tokens (chain_id, contract_address, symbol, name, decimals, coingecko_id)
    SELECT chains.id, '0x' || lpad(to_hex(n), 40, '0'), 'T' || n, 'Token', 18, 'some-token-' || n
    FROM chains CROSS JOIN generate_series(1, ${tokens}) AS n`);
  await pool.query(`
    WITH holder AS (INSERT INTO users (username, email) VALUES ('holder', 'holder') RETURNING id),
    wallet AS (INSERT INTO wallets (user_id, name) SELECT id, 'Main' FROM holder RETURNING id, user_id)
    INSERT INTO balances (user_id, wallet_id, token_id, raw_amount, amount)
    SELECT user_id, wallet.id, tokens.id, 1, 1 FROM wallet CROSS JOIN tokens`);
  await pool.query('ANALYZE');
};

/** Both sources at once: each answers whatever it is asked for, priced a little differently at each moment. */
const startSource = async () => {
  const clock = { at: 0 };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const seconds = Math.floor(clock.at / 1000);
    const price = `1.05${seconds % 1000}23456789012345678`.slice(0, 20);
    const ids = url.searchParams.get('ids')?.split(',');
    const keys = ids ?? decodeURIComponent(url.pathname).replace('/prices/current/', '').split(',');
    const entries = keys.map((key) =>
      ids
        ? `"${key}":{"usd":${price},"usd_market_cap":123456789.5,"usd_24h_vol":98765.25,"usd_24h_change":-1.2345,"last_updated_at":${seconds}}`
        : `"${key}":{"decimals":18,"symbol":"T","price":${price},"timestamp":${seconds},"confidence":0.99}`,
    );
    response.end(ids ? `{${entries.join(',')}}` : `{"coins":{${entries.join(',')}}}`);
  });
  const url = await listen(server, { port: 0, host: '127.0.0.1' });
  return { url, clock, stop: () => closeServer(server, 0) };
};

/** What the calls alone take: one after the other, nothing read but JSON. */
const bareSeconds = async (url: string): Promise<number> => {
  const start = performance.now();
  for (let from = 0; from < tokens; from += 250) {
    const ids = Array.from({ length: 250 }, (_, place) => `some-token-${from + place + 1}`);
    await (await fetch(`${url}/simple/price?ids=${ids.join(',')}`)).json();
  }
  return (performance.now() - start) / 1000;
};

/** @param pool of a migrated database that holds nothing */
export async function* priceRefreshFigures(pool: pg.Pool): AsyncGenerator<Figure> {
  await fill(pool);
  const source = await startSource();
  try {
    const { url, clock } = source;
    const db = createDb(pool);
    const begin = Math.floor(Date.now() / runMs - runs - 1) * runMs;
    const times: number[] = [];
    const bare: number[] = [];
    const calls: number[] = [];
    for (let run = 0; run <= runs; run += 1) {
      // In five minutes a source's limit is whole again: each run has new ones.
      const sources = [coingecko({ url, keys: { coingecko_demo_key: 'any' } }), defillama({ url })];
      const at = new Date(begin + run * runMs);
      clock.at = at.getTime() - 60_000;
      const start = performance.now();
      const result = await refreshPrices(db, sources, { at, now: at });
      times.push((performance.now() - start) / 1000);
      if (result.priced !== tokens) throw new Error(`only ${result.priced} of ${tokens} have a price`);
      calls.push(result.calls);
      bare.push(await bareSeconds(url));
    }
    yield {
      name: 'price_refresh_5000_calls',
      value: Math.max(...calls),
      unit: 'calls',
      baseline: tokens,
      bar: '<= 25',
    };
    // The first run reads every module and plan.
    const [seconds, floor] = [median(times.slice(1)), median(bare.slice(1))];
    yield { name: 'price_refresh_5000_s', value: seconds, unit: 's', baseline: floor, bar: '<= 2 s' };
  } finally {
    await source.stop();
  }
}

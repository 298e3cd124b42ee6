/** Tokens that somebody holds, in a database of a test file's own, and local sources that price them. */
import { afterAll, beforeEach } from 'vitest';
import { binance } from '#shared/adapters/prices/binance.ts';
import { coingecko } from '#shared/adapters/prices/coingecko.ts';
import { defillama } from '#shared/adapters/prices/defillama.ts';
import type { MeteredSource } from '#shared/adapters/prices/metered.ts';
import { refreshPrices } from '#shared/usecases/refresh-prices.ts';
import {
  insertBalance,
  insertChain,
  insertToken,
  insertUser,
  insertWallet,
  ownDatabase,
  type Row,
} from './database.ts';
import { binanceServer, coingeckoServer, defillamaServer } from './price-servers.ts';

/** Call it at the top of a file. Before each test everything is forgotten. */
export const heldTokens = async () => {
  // Prices are of every token that is held, so not in the database that other files work on.
  const { pool, db, rows } = await ownDatabase();
  const servers = {
    coingecko: await coingeckoServer(),
    defillama: await defillamaServer(),
    binance: await binanceServer(),
  };
  const every = Object.values(servers);
  afterAll(() => Promise.all(every.map(({ stop }) => stop())));

  const user = await insertUser(pool);
  const wallet = await insertWallet(pool, user);
  const chain = await insertChain(pool, { coingecko_platform: 'ethereum', defillama_id: 'ethereum' });

  let names = 0;

  /** A token that the wallet holds, which sources know by an id of its own. */
  const held = async (values: Row = {}, amount = '1'): Promise<Row> => {
    names += 1;
    const token = await insertToken(pool, chain, { coingecko_id: `coin-${names}`, ...values });
    await insertBalance(pool, wallet, token, { raw_amount: '1', amount });
    return token;
  };

  const options = { timeoutMs: 5_000, patienceMs: 100, limit: { burst: 1_000, perMinute: 1_000 } };
  let sources: MeteredSource[] = [];

  beforeEach(async () => {
    await pool.query(
      'DELETE FROM token_prices; DELETE FROM cex_balances; DELETE FROM balances; DELETE FROM tokens',
    );
    for (const server of every) {
      server.spoil(undefined);
      server.seen.length = 0;
      server.prices.clear();
    }
    // New ones, which nothing has closed yet.
    sources = [
      coingecko({ ...options, url: servers.coingecko.url }),
      defillama({ ...options, url: servers.defillama.url }),
      binance({ ...options, url: servers.binance.url }),
    ];
  });

  const now = new Date(Math.floor(Date.now() / 1000) * 1000);
  const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000);

  /** What each source says of a token; what is not given it does not know. */
  const say = (
    token: Row,
    said: { coingecko?: string; defillama?: string; binance?: string },
    at = ago(1),
  ) => {
    const keys = {
      coingecko: token.coingecko_id,
      defillama: `ethereum:${token.contract_address}`,
      binance: `${token.symbol}USDT`,
    };
    for (const name of ['coingecko', 'defillama', 'binance'] as const) {
      const price = said[name];
      if (price === undefined) servers[name].prices.delete(keys[name]);
      else servers[name].prices.set(keys[name], { price, at });
    }
  };

  const refresh = (at = now, seenAt = at) => refreshPrices(db, sources, { at, now: seenAt });

  const shown = async (token: Row) =>
    (
      await rows(
        `SELECT current_price_usd AS price, price_at AS at, price_source AS source, is_price_disputed AS disputed
         FROM tokens WHERE id = $1`,
        [token.id],
      )
    )[0];

  const kept = (token: Row) =>
    rows(
      'SELECT price_usd AS price, price_at AS at, source, is_disputed AS disputed FROM token_prices WHERE token_id = $1 ORDER BY price_at',
      [token.id],
    );

  /** A run in which it is a token's turn to be checked. */
  const turnOf = (token: Row): Date => {
    const slot = Math.floor(now.getTime() / 300_000);
    return new Date((slot - (slot % 12) + 12 + Number(BigInt(token.id) % 12n)) * 300_000);
  };

  /** A run in which it is not. */
  const noTurnOf = (token: Row): Date => new Date(turnOf(token).getTime() + 300_000);

  return {
    pool,
    db,
    rows,
    servers,
    user,
    chain,
    held,
    now,
    ago,
    say,
    refresh,
    shown,
    kept,
    turnOf,
    noTurnOf,
  };
};

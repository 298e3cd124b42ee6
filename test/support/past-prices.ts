/** The past of prices: sources over the wire, tokens that they know, and users who have recorded without a price. */
import { afterAll, beforeEach } from 'vitest';
import { binance } from '#shared/adapters/prices/binance.ts';
import { defillama } from '#shared/adapters/prices/defillama.ts';
import type { PriceSource } from '#shared/adapters/prices/price-source.ts';
import { insertPriceAt, insertToken, openDatabase, type Row } from './database.ts';
import { binanceServer, defillamaServer, type Points } from './price-servers.ts';

const options = { timeoutMs: 300, patienceMs: 100, limit: { burst: 1_000, perMinute: 1_000 } };

export const at = (text: string): Date => new Date(`${text}Z`);

/** Call it at the top of a file. */
export const pastPrices = async () => {
  const opened = openDatabase();
  const { pool, rows } = opened;
  const servers = { defillama: await defillamaServer(), binance: await binanceServer() };
  afterAll(() => Promise.all(Object.values(servers).map(({ stop }) => stop())));
  const sources: PriceSource[] = [];
  beforeEach(() => {
    for (const server of Object.values(servers)) {
      server.spoil(undefined);
      server.seen.length = 0;
    }
    // New ones, which nothing has closed yet.
    sources.splice(
      0,
      2,
      defillama({ ...options, url: servers.defillama.url }),
      binance({ ...options, url: servers.binance.url }),
    );
  });
  const [chain] = await rows("SELECT * FROM chains WHERE public_id = '1'");
  let names = 0;

  /** A token on Ethereum that DefiLlama knows by an id of its own, with what it was worth. */
  const newToken = async (history: Points = [], values: Row = {}): Promise<Row> => {
    names += 1;
    const coingecko_id = `past-${process.pid}-${Date.now()}-${names}`;
    servers.defillama.history.set(`coingecko:${coingecko_id}`, history);
    return insertToken(pool, chain ?? {}, { coingecko_id, ...values });
  };

  /** A price that was stored before. */
  const store = (token: Row, time: Date, price: string, values: Row = {}) =>
    insertPriceAt(pool, token, time, price, { source: 'coingecko', ...values });

  return { ...opened, servers, sources, newToken, store };
};

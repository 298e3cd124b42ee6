import { readSecret } from '#shared/adapters/secrets.ts';
import { settings } from '#shared/config.ts';
import { binance } from './binance.ts';
import { type CoingeckoKeys, coingecko } from './coingecko.ts';
import { defillama } from './defillama.ts';
import type { MeteredSource } from './metered.ts';
import { cached } from './price-cache.ts';

/** A secret that nobody has put a value into means that there are no keys. */
const priceKeys = async (): Promise<CoingeckoKeys> => {
  try {
    return await readSecret<CoingeckoKeys>('prices');
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return {};
    throw error;
  }
};

let made: { keys: string; sources: readonly MeteredSource[] } | undefined;

const makeSources = (keys: CoingeckoKeys): MeteredSource[] => {
  const { PRICE_SOURCES, COINGECKO_URL, DEFILLAMA_URL, BINANCE_URL } = settings();
  const makers = {
    coingecko: () => coingecko({ keys, ...(COINGECKO_URL && { url: COINGECKO_URL }) }),
    defillama: () => defillama({ url: DEFILLAMA_URL }),
    binance: () => binance({ url: BINANCE_URL }),
  };
  return PRICE_SOURCES.map((name) => cached(makers[name]()));
};

/**
 * The sources of this environment in the configured order: the first one is asked for all, the next for what is missing.
 * They last as long as the environment and the keys do, and with them what is left of their limits.
 *
 * @throws when the keys cannot be read, or this function's role may not
 */
export const priceSources = async (): Promise<readonly MeteredSource[]> => {
  if (settings().PRICE_SOURCES.length === 0) return [];
  const keys = await priceKeys();
  const text = JSON.stringify(keys);
  if (made?.keys !== text) made = { keys: text, sources: makeSources(keys) };
  return made.sources;
};

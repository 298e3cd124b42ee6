/** Prices that were asked for a moment ago, in Redis: whoever asks again within a minute costs the source no call. */
import { redis, runScript, withPatience } from '#shared/adapters/redis.ts';
import type { MeteredSource } from './metered.ts';
import type { PriceSourceName, QuotableToken, Quote } from './price-source.ts';

const lifetimeSeconds = 60;

/** Asking the source takes hardly longer. */
const patience = { patienceMs: 500 };

/** A Redis that failed is let be for so long: nothing depends on it. */
const pauseMs = 30_000;
let awayUntil = 0;

/** What Redis does, or nothing. */
const ifItAnswers = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
  if (Date.now() < awayUntil) return undefined;
  try {
    return await withPatience(work(), patience);
  } catch {
    awayUntil = Date.now() + pauseMs;
    return undefined;
  }
};

const keyOf = (source: PriceSourceName, tokenId: bigint): string => `price:${source}:${tokenId}`;

const write = ({ priceUsd, at, marketCapUsd, volume24hUsd, change24hPercent }: Quote): string =>
  JSON.stringify([
    priceUsd,
    at.toISOString(),
    ...[marketCapUsd, volume24hUsd, change24hPercent].map((figure) => figure ?? null),
  ]);

const decimal = /^-?\d+(\.\d+)?$/;

/** Undefined for what was not written here. */
const read = (tokenId: bigint, value: unknown): Quote | undefined => {
  if (!Array.isArray(value) || value.length !== 5) return undefined;
  const [priceUsd, written, ...figures] = value as unknown[];
  const at = new Date(String(written));
  const [marketCapUsd, volume24hUsd, change24hPercent] = figures.map((figure) =>
    typeof figure === 'string' && decimal.test(figure) ? figure : undefined,
  );
  if (typeof priceUsd !== 'string' || !decimal.test(priceUsd) || Number.isNaN(at.getTime())) return undefined;
  return {
    ...{ tokenId, priceUsd, at },
    ...(marketCapUsd !== undefined && { marketCapUsd }),
    ...(volume24hUsd !== undefined && { volume24hUsd }),
    ...(change24hPercent !== undefined && { change24hPercent }),
  };
};

const recall = async (source: PriceSourceName, tokens: readonly QuotableToken[]): Promise<Quote[]> => {
  if (tokens.length === 0) return [];
  // What is of another type is null here, as what is not there.
  const keys = tokens.map(({ id }) => keyOf(source, id));
  const values = await ifItAnswers(async () => (await redis()).mget<unknown[]>(...keys));
  return (values ?? []).flatMap((value, place) => read(tokens[place]?.id ?? 0n, value) ?? []);
};

const storeScript = `
for i, key in ipairs(KEYS) do redis.call('SET', key, ARGV[i], 'EX', ${lifetimeSeconds}) end
return #KEYS`;

const store = async (source: PriceSourceName, quotes: readonly Quote[]): Promise<void> => {
  if (quotes.length === 0) return;
  const keys = quotes.map(({ tokenId }) => keyOf(source, tokenId));
  await ifItAnswers(() => runScript(storeScript, keys, quotes.map(write), patience));
};

/** A source whose current prices are remembered for a minute. Without Redis it is the source itself. */
export const cached = (source: MeteredSource): MeteredSource => ({
  ...source,
  current: async (tokens) => {
    const remembered = await recall(source.name, tokens);
    const known = new Set(remembered.map(({ tokenId }) => tokenId));
    const others = tokens.filter(({ id }) => !known.has(id));
    if (others.length === 0) return remembered;
    const quotes = await source.current(others);
    await store(source.name, quotes);
    return [...remembered, ...quotes];
  },
});

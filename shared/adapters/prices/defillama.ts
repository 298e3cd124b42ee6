/** DefiLlama's prices of coins: without a key, by contract or by CoinGecko's ids. */
import { elements, type Json, member, momentOf, priceOf } from './figures.ts';
import {
  addressOf,
  allOf,
  type BatchSize,
  inBatches,
  type MeteredSource,
  nearestTo,
  ofStretch,
  unlessRefused,
} from './metered.ts';
import type { QuotableToken, Quote } from './price-source.ts';
import { Refusal, type Reply, type SourceHttpOptions, sourceHttp } from './source-http.ts';

/** No limit is written; this is what others find it to bear. */
const limit = { burst: 10, perMinute: 90 };
const mostCoins = 150;

/** Below this a price is a guess. */
const leastConfidence = 0.2;

const judged = ({ status, body }: Reply): Json => {
  if (status < 400) return body;
  if (status === 413 || status === 414) throw new Refusal('too much');
  if (status === 400 || status === 404) throw new Refusal('not told');
  throw new Error('an error of the source');
};

const contractKey = ({ defillamaId, contractAddress }: QuotableToken): string | undefined =>
  defillamaId && contractAddress ? `${defillamaId}:${addressOf(contractAddress)}` : undefined;

const coinKey = ({ coingeckoId }: QuotableToken): string | undefined =>
  coingeckoId ? `coingecko:${coingeckoId}` : undefined;

/** Tokens by what they are asked for as; those that are one coin are asked for once. */
const grouped = (
  tokens: readonly QuotableToken[],
  keyOf: (ofCoin: readonly QuotableToken[]) => string | undefined,
): Map<string, QuotableToken[]> => {
  const asked = new Map<string, QuotableToken[]>();
  for (const ofCoin of Map.groupBy(tokens, (token) => token.coingeckoId ?? token.id).values()) {
    const key = keyOf(ofCoin);
    if (key !== undefined) asked.set(key, [...(asked.get(key) ?? []), ...ofCoin]);
  }
  return asked;
};

/** By contract, which is a price of its own; a coin that is native somewhere, by its name, which is CoinGecko's price. */
const ownKey = (ofCoin: readonly QuotableToken[]): string | undefined =>
  ofCoin.some(({ contractAddress }) => contractAddress === null)
    ? ofCoin.map(coinKey).find(Boolean)
    : (ofCoin.map(contractKey).find(Boolean) ?? ofCoin.map(coinKey).find(Boolean));

const periods = [
  ['5m', 300],
  ['1h', 3_600],
  ['4h', 14_400],
  ['1d', 86_400],
  ['1w', 604_800],
] as const;
const mostPoints = 500;

const seconds = (at: Date) => Math.floor(at.getTime() / 1000);

export const defillama = (options: Partial<SourceHttpOptions> & { url: string }): MeteredSource => {
  const { get, traffic } = sourceHttp({ limit, ...options, name: 'defillama' });
  const size: BatchSize = { most: mostCoins };

  /** A price in any of the shapes; what is below the least confidence is none. */
  const read = (entry: Json | undefined, confidence = member(entry, 'confidence')) => {
    const written = member(entry, 'price');
    if (written === undefined || written === null) return undefined;
    if (confidence !== undefined && !(Number(confidence) >= leastConfidence)) return undefined;
    const priceUsd = priceOf(written);
    const at = momentOf(member(entry, 'timestamp'), 'seconds');
    if (priceUsd !== undefined && at !== undefined) return { priceUsd, at };
    traffic.dropped += 1;
    return undefined;
  };

  const ask = (askedFor: ReadonlyMap<string, readonly QuotableToken[]>) =>
    inBatches([...askedFor.keys()], size, (batch) =>
      get(`/prices/current/${batch.map(encodeURIComponent).join(',')}?searchWidth=4h`, (reply) => {
        const coins = member(judged(reply), 'coins');
        return batch.flatMap((key) => {
          const quote = read(member(coins, key));
          return quote ? (askedFor.get(key) ?? []).map(({ id: tokenId }) => ({ tokenId, ...quote })) : [];
        });
      }),
    );

  const current = async (tokens: readonly QuotableToken[]): Promise<Quote[]> => {
    const first = grouped(tokens, ownKey);
    const quotes = await ask(first);
    const known = new Set(quotes.map(({ tokenId }) => tokenId));
    const unknown = tokens.filter(({ id }) => !known.has(id));
    const second = grouped(unknown, (ofCoin) => ofCoin.map(coinKey).find(Boolean));
    for (const key of first.keys()) second.delete(key);
    const byName = () => ask(second);
    return allOf([async () => quotes, byName]);
  };

  /** A coin's own history is longer than that of one of its contracts. */
  const keysOf = (token: QuotableToken) =>
    [coinKey(token), contractKey(token)].filter((key) => key !== undefined);

  const nearest = async (token: QuotableToken, at: Date): Promise<Quote | undefined> => {
    const keys = keysOf(token);
    if (keys.length === 0) return undefined;
    const coins = JSON.stringify(Object.fromEntries(keys.map((key) => [key, [seconds(at)]])));
    const path = `/batchHistorical?coins=${encodeURIComponent(coins)}&searchWidth=43200`;
    const found = await unlessRefused(get(path, (reply) => member(judged(reply), 'coins')));
    const quotes = keys.flatMap((key) =>
      elements(member(member(found, key), 'prices')).flatMap((point) => {
        const quote = read(point);
        return quote ? [{ tokenId: token.id, ...quote }] : [];
      }),
    );
    return nearestTo(quotes, at);
  };

  const chart = async (token: QuotableToken, key: string, from: Date, to: Date): Promise<Quote[]> => {
    const length = seconds(to) - seconds(from);
    const [period, step] = periods.find(([, every]) => length / every < mostPoints) ?? ['1w', 604_800];
    const span = Math.min(mostPoints, Math.floor(length / step) + 1);
    const path = `/chart/${encodeURIComponent(key)}?start=${seconds(from)}&span=${span}&period=${period}`;
    const coins = await unlessRefused(get(path, (reply) => member(judged(reply), 'coins')));
    const series = member(coins, key);
    return elements(member(series, 'prices')).flatMap((point) => {
      const quote = read(point, member(series, 'confidence'));
      return quote ? [{ tokenId: token.id, ...quote }] : [];
    });
  };

  const between = async (token: QuotableToken, from: Date, to: Date): Promise<Quote[]> => {
    for (const key of keysOf(token)) {
      const quotes = ofStretch(await chart(token, key, from, to), from, to);
      if (quotes.length > 0) return quotes;
    }
    return [];
  };

  return { name: 'defillama', traffic, current, nearest, between };
};

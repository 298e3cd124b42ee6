/** Binance's candles: of verified tokens, by symbol, in Tether's dollars. */
import { elements, type Json, member, momentOf, priceOf } from './figures.ts';
import { inBatches, type MeteredSource, nearestTo, ofStretch, unlessRefused } from './metered.ts';
import type { QuotableToken, Quote } from './price-source.ts';
import { Refusal, type Reply, type SourceHttpOptions, sourceHttp } from './source-http.ts';

/** A tenth of what an address may weigh: it is one call a symbol. */
const limit = { burst: 100, perMinute: 300 };

/** So many symbols a turn: this source is for what others do not know. */
const mostSymbols = 20;

/** That a symbol is not traded is remembered for so long. */
const memoryMs = 24 * 3_600_000;

const unknownSymbol = '-1121';

const judged = ({ status, body }: Reply): Json => {
  const code = member(body, 'code');
  if (status < 400 && code === undefined) return body;
  if (code === unknownSymbol) throw new Refusal('not told');
  throw new Error('an error of the source');
};

/** Anybody can call a token by a known symbol, so only verified ones count; a dollar in dollars tells nothing. */
const pairOf = ({ symbol, isVerified }: QuotableToken): string | undefined => {
  const upper = symbol.toUpperCase();
  const isDollar = /USD|^DAI$|^FRAX$/.test(upper);
  return isVerified && !isDollar && /^[A-Z0-9]{2,12}$/.test(upper) ? `${upper}USDT` : undefined;
};

/** Tokens by the pair that they are asked for as. */
const byPair = (tokens: readonly QuotableToken[]): Map<string, QuotableToken[]> => {
  const ofPair = Map.groupBy(tokens, (token) => pairOf(token) ?? '');
  ofPair.delete('');
  return ofPair;
};

const intervals = [
  ['5m', 300_000],
  ['1h', 3_600_000],
  ['4h', 14_400_000],
  ['1d', 86_400_000],
  ['1w', 604_800_000],
] as const;
const mostCandles = 1_000;
const dayMs = 86_400_000;

export const binance = (options: Partial<SourceHttpOptions> & { url: string }): MeteredSource => {
  const { get, traffic } = sourceHttp({ limit, ...options, name: 'binance' });
  const untraded = new Map<string, number>();

  const isTraded = (pair: string): boolean => Date.now() >= (untraded.get(pair) ?? 0);

  /** Candles as quotes: what was paid first at their beginning, or last at their end. */
  const candles = async (token: QuotableToken, pair: string, query: string, edge: 'open' | 'close') => {
    const path = `/api/v3/klines?symbol=${pair}&${query}`;
    const rows = await unlessRefused(get(path, (reply) => elements(judged(reply))));
    if (rows === undefined) untraded.set(pair, Date.now() + memoryMs);
    return (rows ?? []).flatMap((row): Quote[] => {
      const candle = elements(row);
      const at = momentOf(candle[edge === 'open' ? 0 : 6], 'milliseconds');
      const priceUsd = priceOf(candle[edge === 'open' ? 1 : 4]);
      if (at !== undefined && priceUsd !== undefined) return [{ tokenId: token.id, priceUsd, at }];
      traffic.dropped += 1;
      return [];
    });
  };

  /** The last candle is not over yet. */
  const lastPrice = async (pair: string, tokens: readonly QuotableToken[]): Promise<Quote[]> => {
    const [first] = tokens;
    const closed = first ? await candles(first, pair, 'interval=1m&limit=2', 'close') : [];
    const last = closed.filter(({ at }) => at.getTime() <= Date.now()).at(-1);
    return last ? tokens.map(({ id: tokenId }) => ({ ...last, tokenId })) : [];
  };

  /**
   * A turn begins twenty places after the last one. What is known not to be traded keeps its place, so that no other's
   * changes, and those that follow are asked for instead.
   */
  const inTurn = (tokens: readonly QuotableToken[], turn: number): QuotableToken[] => {
    const ofPair = byPair(tokens);
    const pairs = [...ofPair.keys()].sort();
    const start = (turn * mostSymbols) % Math.max(1, pairs.length);
    const asked = [...pairs.slice(start), ...pairs.slice(0, start)].filter(isTraded).slice(0, mostSymbols);
    return asked.flatMap((pair) => ofPair.get(pair) ?? []);
  };

  const current = async (tokens: readonly QuotableToken[]): Promise<Quote[]> => {
    const ofPair = byPair(tokens);
    const pairs = [...ofPair.keys()].filter(isTraded);
    return inBatches(pairs, { most: 1 }, async ([pair = '']) => lastPrice(pair, ofPair.get(pair) ?? []));
  };

  const tradedPair = (token: QuotableToken): string | undefined => {
    const pair = pairOf(token);
    return pair !== undefined && isTraded(pair) ? pair : undefined;
  };

  const nearest = async (token: QuotableToken, at: Date): Promise<Quote | undefined> => {
    const pair = tradedPair(token);
    if (pair === undefined) return undefined;
    return nearestTo(await candles(token, pair, `interval=1m&endTime=${at.getTime()}&limit=1`, 'open'), at);
  };

  const between = async (token: QuotableToken, from: Date, to: Date): Promise<Quote[]> => {
    const pair = tradedPair(token);
    if (pair === undefined) return [];
    const length = to.getTime() - from.getTime();
    const [interval] = intervals.find(([, every]) => length / every < mostCandles) ?? ['1w', 7 * dayMs];
    const query = `interval=${interval}&startTime=${from.getTime()}&endTime=${to.getTime()}&limit=${mostCandles}`;
    return ofStretch(await candles(token, pair, query, 'open'), from, to);
  };

  return { name: 'binance', traffic, inTurn, current, nearest, between };
};

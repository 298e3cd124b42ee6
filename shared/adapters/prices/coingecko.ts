/** CoinGecko's API, version 3: by its own ids, or by contract. */
import { decimalOf, elements, type Json, member, members, momentOf, priceOf, sumOf } from './figures.ts';
import {
  addressOf,
  allOf,
  type BatchSize,
  dayOf,
  inBatches,
  type MeteredSource,
  nearestTo,
  ofStretch,
  unlessRefused,
} from './metered.ts';
import type { QuotableToken, Quote } from './price-source.ts';
import { Refusal, type Reply, type SourceHttpOptions, sourceHttp } from './source-http.ts';

/** Keys of CoinGecko's plans, as the secret `prices` holds them; the paid one goes before the free one. */
export interface CoingeckoKeys {
  readonly coingecko_demo_key?: string | undefined;
  readonly coingecko_pro_key?: string | undefined;
}

export interface CoingeckoOptions extends Partial<SourceHttpOptions> {
  readonly keys?: CoingeckoKeys | undefined;
}

/**
 * The plans allow some 5, 30 and 250 calls a minute; what is here stays below, since functions that run at the same time
 * count for themselves.
 */
const planOf = ({ coingecko_demo_key: demo, coingecko_pro_key: pro }: CoingeckoKeys) => {
  if (pro) {
    const headers = { 'x-cg-pro-api-key': pro };
    return { url: 'https://pro-api.coingecko.com/api/v3', headers, limit: { burst: 60, perMinute: 120 } };
  }
  const url = 'https://api.coingecko.com/api/v3';
  if (demo) return { url, headers: { 'x-cg-demo-api-key': demo }, limit: { burst: 20, perMinute: 10 } };
  return { url, headers: {}, limit: { burst: 3, perMinute: 2 } };
};

/** As many as a page of `/coins/markets` has; nothing is written of more. */
const mostIds = 250;
/** Nothing is written of this either: few without a key, more with one. */
const mostAddresses = 100;

/** Errors come in several shapes, and with any status. */
const errorCodeOf = (body: Json): number | undefined => {
  const error = member(body, 'error');
  const places = [body, member(body, 'status'), error, member(error, 'status')];
  const code = places.map((place) => member(place, 'error_code')).find((found) => found !== undefined);
  return code === undefined ? undefined : Number(code);
};

const rangeOrSize = 10_012;
const planGated = 10_005;
const keyCodes = [10_002, 10_010, 10_011];

/** @throws Refusal, or Error when it is no answer at all */
const judged = ({ status, body }: Reply): Json => {
  const code = errorCodeOf(body);
  if (status < 400 && code === undefined && typeof member(body, 'error') !== 'string') return body;
  if (code === 429) throw new Refusal('too often');
  if (code === rangeOrSize || status === 413 || status === 414) throw new Refusal('too much');
  if (status === 404 || code === planGated) throw new Refusal('not told');
  if (keyCodes.includes(code ?? 0) || status === 401 || status === 403) throw new Refusal('key');
  throw new Error('an error of the source');
};

const listed = (keys: readonly string[]) => keys.map(encodeURIComponent).join(',');

const figuresWanted =
  'vs_currencies=usd&include_market_cap=true&include_24hr_vol=true&include_24hr_change=true&include_last_updated_at=true&precision=full';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

const seconds = (at: number) => Math.floor(at / 1000);

export const coingecko = ({ keys = {}, ...options }: CoingeckoOptions = {}): MeteredSource => {
  const { get, traffic } = sourceHttp({ ...planOf(keys), ...options, name: 'coingecko' });
  const idBatch: BatchSize = { most: mostIds };
  const addressBatch: BatchSize = { most: mostAddresses };

  /** The quote of each token that an entry is about. */
  const quotesOf = (entry: Json | undefined, tokens: readonly QuotableToken[]): Quote[] => {
    const written = member(entry, 'usd');
    if (written === undefined || written === null) return [];
    const priceUsd = priceOf(written);
    const at = momentOf(member(entry, 'last_updated_at'), 'seconds');
    if (priceUsd === undefined || at === undefined) {
      traffic.dropped += 1;
      return [];
    }
    const marketCapUsd = priceOf(member(entry, 'usd_market_cap'));
    const volume24hUsd = sumOf(member(entry, 'usd_24h_vol'));
    const change24hPercent = decimalOf(member(entry, 'usd_24h_change'));
    return tokens.map(({ id: tokenId }) => ({
      ...{ tokenId, priceUsd, at },
      ...(marketCapUsd !== undefined && { marketCapUsd }),
      ...(volume24hUsd !== undefined && { volume24hUsd }),
      ...(change24hPercent !== undefined && { change24hPercent }),
    }));
  };

  /** Keys as they come back need not be in the case in which they went. */
  const answers = (body: Json, askedFor: ReadonlyMap<string, readonly QuotableToken[]>) => {
    const entries = new Map(members(body).map(([key, entry]) => [key.toLowerCase(), entry]));
    return (keys: readonly string[]) =>
      keys.flatMap((key) => quotesOf(entries.get(key.toLowerCase()), askedFor.get(key) ?? []));
  };

  const byKey = (
    path: (batch: readonly string[]) => string,
    askedFor: ReadonlyMap<string, readonly QuotableToken[]>,
    size: BatchSize,
  ) =>
    inBatches([...askedFor.keys()], size, (batch) =>
      get(`${path(batch)}&${figuresWanted}`, (reply) => answers(judged(reply), askedFor)(batch)),
    );

  const current = async (tokens: readonly QuotableToken[]): Promise<Quote[]> => {
    const ofId = Map.groupBy(
      tokens.filter(({ coingeckoId }) => coingeckoId !== null),
      ({ coingeckoId }) => coingeckoId ?? '',
    );
    const ofPlatform = Map.groupBy(
      tokens.filter(
        (token) => token.coingeckoId === null && token.contractAddress && token.coingeckoPlatform,
      ),
      ({ coingeckoPlatform }) => coingeckoPlatform ?? '',
    );
    const parts = [() => byKey((batch) => `/simple/price?ids=${listed(batch)}`, ofId, idBatch)];
    for (const [platform, ofIt] of ofPlatform) {
      const ofAddress = Map.groupBy(ofIt, ({ contractAddress }) => addressOf(contractAddress ?? ''));
      const path = `/simple/token_price/${encodeURIComponent(platform)}?contract_addresses=`;
      parts.push(() => byKey((batch) => path + listed(batch), ofAddress, addressBatch));
    }
    return allOf(parts);
  };

  const range = async (token: QuotableToken, from: number, to: number): Promise<Quote[]> => {
    const { coingeckoId, coingeckoPlatform, contractAddress } = token;
    const coin =
      coingeckoId !== null
        ? encodeURIComponent(coingeckoId)
        : coingeckoPlatform && contractAddress
          ? `${encodeURIComponent(coingeckoPlatform)}/contract/${encodeURIComponent(addressOf(contractAddress))}`
          : undefined;
    if (coin === undefined) return [];
    const path = `/coins/${coin}/market_chart/range?vs_currency=usd&from=${seconds(from)}&to=${seconds(to)}&precision=full`;
    const points = await unlessRefused(get(path, (reply) => elements(member(judged(reply), 'prices'))));
    return (points ?? []).flatMap((point) => {
      const [moment, written] = elements(point);
      const at = momentOf(moment, 'milliseconds');
      const priceUsd = priceOf(written);
      if (at !== undefined && priceUsd !== undefined) return [{ tokenId: token.id, priceUsd, at }];
      traffic.dropped += 1;
      return [];
    });
  };

  return {
    name: 'coingecko',
    traffic,
    current,
    nearest: async (token, at) => {
      // A day at most: of longer stretches the source has a price an hour, or a day.
      const day = dayOf(at);
      return nearestTo(await range(token, day, Math.min(day + dayMs, at.getTime() + hourMs)), at);
    },
    between: async (token, from, to) => ofStretch(await range(token, from.getTime(), to.getTime()), from, to),
  };
};

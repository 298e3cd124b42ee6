/** Local servers that speak the price sources' wire formats, and misbehave as those do. Prices are texts, put into the answers as they are. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { closeServer, listen } from '../../scripts/local/triggers/http-server.ts';

export interface Answered {
  status: number;
  text: string;
  headers?: Record<string, string>;
}

/** What a server does instead of answering well; silence is no answer at all. */
export type Fault = (good: Answered) => Answered | 'silence';

interface Seen {
  url: URL;
  headers: IncomingHttpHeaders;
}

export interface PriceServer {
  url: string;
  seen: Seen[];
  /** Spoils the next answers, or all from now on; undefined ends it. */
  spoil: (fault: Fault | undefined, times?: number) => void;
  stop: () => Promise<void>;
}

export const tooMany =
  (retryAfter?: string): Fault =>
  () => ({
    status: 429,
    text: `{"status":{"error_code":429,"error_message":"You've exceeded the Rate Limit."}}`,
    ...(retryAfter === undefined ? {} : { headers: { 'retry-after': retryAfter } }),
  });

export const faults = {
  errorInside: () => ({ status: 200, text: '{"status":{"error_code":429,"error_message":"no"}}' }),
  truncated: (good) => ({ ...good, text: good.text.slice(0, good.text.length / 2) }),
  broken: () => ({ status: 502, text: '<html>Bad gateway</html>' }),
  silence: () => 'silence',
  notFound: () => ({ status: 404, text: '{"error":"coin not found"}' }),
  wrongKey: () => ({
    status: 400,
    text: '{"status":{"error_code":10010,"error_message":"of the other host"}}',
  }),
  banned: () => ({ status: 418, text: '{"code":-1003,"msg":"banned"}', headers: { 'retry-after': '120' } }),
  shutOut: () => ({ status: 451, text: '{"code":0,"msg":"restricted location"}' }),
  huge: (good) => ({ ...good, text: good.text + ' '.repeat(9 * 1024 * 1024) }),
} satisfies Record<string, Fault>;

const serve = async (answer: (url: URL, headers: IncomingHttpHeaders) => Answered): Promise<PriceServer> => {
  const seen: Seen[] = [];
  let fault: Fault | undefined;
  let left = 0;
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    seen.push({ url, headers: request.headers });
    const good = answer(url, request.headers);
    left -= 1;
    const given = fault && left >= 0 ? fault(good) : good;
    if (given === 'silence') return;
    response
      .writeHead(given.status, { 'content-type': 'application/json', ...given.headers })
      .end(given.text);
  });
  const url = await listen(server, { port: 0, host: '127.0.0.1' });
  return {
    url,
    seen,
    spoil: (next, times = Number.POSITIVE_INFINITY) => {
      fault = next;
      left = times;
    },
    stop: () => {
      server.closeAllConnections();
      return closeServer(server, 0);
    },
  };
};

const list = (url: URL, name: string): string[] => url.searchParams.get(name)?.split(',') ?? [];
const good = (text: string): Answered => ({ status: 200, text });
const object = (entries: readonly (readonly [string, string])[]): string =>
  `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',')}}`;
const seconds = (at: Date): number => Math.floor(at.getTime() / 1000);

/** A price as a text that the server writes as it is, when it held, and further members of its entry. */
export interface Served {
  price: string;
  at?: Date;
  more?: string;
}

type Prices = Map<string, Served>;

export type Points = readonly (readonly [at: Date, price: string])[];

const yearMs = 365 * 86_400_000;

const tooManyAddresses = (most: number): Answered => ({
  status: 400,
  text: `{"timestamp":"2026-01-01T00:00:00Z","error_code":10012,"status":{"error_message":"Number of contract addresses in the request exceeds the allowed limit (${most} addresses)"}}`,
});

/** `prices` by id, or by `platform/address`; `history` likewise. */
export const coingeckoServer = async (limits: { mostAddresses?: number; mostIds?: number } = {}) => {
  const prices: Prices = new Map();
  const history = new Map<string, Points>();
  const { mostAddresses = 1_000, mostIds = 1_000 } = limits;
  const entry = ({ price, at = new Date(), more = '' }: Served) =>
    `{"usd":${price},"last_updated_at":${seconds(at)}${more}}`;
  const simple = (keys: readonly string[], prefix = '') =>
    good(
      object(
        keys.flatMap((key) => {
          const served = prices.get(prefix + key);
          return served ? [[prefix ? key.toLowerCase() : key, entry(served)] as const] : [];
        }),
      ),
    );
  const range = (url: URL, key: string): Answered => {
    const [from, to] = ['from', 'to'].map((name) => Number(url.searchParams.get(name)) * 1000);
    const points = history.get(key);
    if (!points) return faults.notFound();
    if ((from ?? 0) < Date.now() - yearMs)
      return {
        status: 401,
        text: '{"error":{"status":{"error_code":10012,"error_message":"Your request exceeds the allowed time range: past 365 days."}}}',
      };
    const within = points.filter(([at]) => at.getTime() >= (from ?? 0) && at.getTime() <= (to ?? 0));
    return good(
      `{"prices":[${within.map(([at, price]) => `[${at.getTime()},${price}]`).join(',')}],"market_caps":[],"total_volumes":[]}`,
    );
  };
  const server = await serve((url) => {
    const path = decodeURIComponent(url.pathname);
    if (path === '/simple/price') {
      const ids = list(url, 'ids');
      return ids.length > mostIds ? { status: 414, text: '<html>URI too large</html>' } : simple(ids);
    }
    const platform = /^\/simple\/token_price\/(.+)$/.exec(path)?.[1];
    if (platform !== undefined) {
      const addresses = list(url, 'contract_addresses');
      if (addresses.length > mostAddresses) return tooManyAddresses(mostAddresses);
      return simple(addresses, `${platform}/`);
    }
    const coin = /^\/coins\/(.+)\/market_chart\/range$/.exec(path)?.[1];
    return coin === undefined ? faults.notFound() : range(url, coin.replace('/contract/', '/'));
  });
  return { ...server, prices, history };
};

/** `prices` by DefiLlama's keys; `history` likewise. */
export const defillamaServer = async ({ mostCoins = 150 } = {}) => {
  const prices: Prices = new Map();
  const history = new Map<string, Points>();
  const point = (at: Date, price: string, more = ',"confidence":0.99') =>
    `{"timestamp":${seconds(at)},"price":${price}${more}}`;
  const coins = (entries: [string, string][]) => good(`{"coins":${object(entries)}}`);
  const server = await serve((url) => {
    const path = decodeURIComponent(url.pathname);
    const current = /^\/prices\/current\/(.*)$/.exec(path)?.[1];
    if (current !== undefined) {
      const keys = current.split(',');
      if (keys.length > mostCoins) return { status: 413, text: '' };
      return coins(
        keys.flatMap((key): [string, string][] => {
          const served = prices.get(key);
          return served ? [[key, point(served.at ?? new Date(), served.price, served.more)]] : [];
        }),
      );
    }
    if (path === '/batchHistorical') {
      const asked: Record<string, number[]> = JSON.parse(url.searchParams.get('coins') ?? '{}');
      const width = Number(url.searchParams.get('searchWidth'));
      return coins(
        Object.entries(asked).flatMap(([key, moments]): [string, string][] => {
          const near = (history.get(key) ?? []).filter(([at]) =>
            moments.some((moment) => Math.abs(seconds(at) - moment) <= width),
          );
          return near.length > 0
            ? [[key, `{"symbol":"X","prices":[${near.map(([at, price]) => point(at, price))}]}`]]
            : [];
        }),
      );
    }
    const charted = /^\/chart\/(.*)$/.exec(path)?.[1];
    if (charted === undefined) return { status: 404, text: '{"message":"Not found"}' };
    const [start, span] = ['start', 'span'].map((name) => Number(url.searchParams.get(name)));
    const points = (history.get(charted) ?? [])
      .filter(([at]) => seconds(at) >= (start ?? 0))
      .slice(0, span)
      .map(([at, price]) => `{"timestamp":${seconds(at)},"price":${price}}`);
    return coins(
      points.length > 0 ? [[charted, `{"symbol":"X","confidence":0.99,"prices":[${points}]}`]] : [],
    );
  });
  return { ...server, prices, history };
};

const minuteMs = 60_000;

/** `prices` by pair: what was paid last in each minute; `history` by pair: what was paid first in each candle. */
export const binanceServer = async () => {
  const prices: Prices = new Map();
  const history = new Map<string, Points>();
  const candle = (open: number, first: string, last: string) =>
    `[${open},"${first}","0","0","${last}","1",${open + minuteMs - 1},"1",1,"1","1","0"]`;
  const server = await serve((url) => {
    const pair = url.searchParams.get('symbol') ?? '';
    const [served, points] = [prices.get(pair), history.get(pair)];
    if (!served && !points) return { status: 400, text: '{"code":-1121,"msg":"Invalid symbol."}' };
    const limit = Number(url.searchParams.get('limit'));
    const [start, end] = ['startTime', 'endTime'].map((name) => url.searchParams.get(name));
    if (served && end === null) {
      const minute = Math.floor(Date.now() / minuteMs) * minuteMs;
      // The last candle is not over: what was paid last in it is not known yet.
      return good(`[${candle(minute - minuteMs, '1', served.price)},${candle(minute, '1', '999999')}]`);
    }
    const within = (points ?? []).filter(
      ([at]) => at.getTime() >= Number(start ?? 0) && at.getTime() <= Number(end),
    );
    const shown = start === null ? within.slice(-limit) : within.slice(0, limit);
    return good(`[${shown.map(([at, price]) => candle(at.getTime(), price, '0')).join(',')}]`);
  });
  return { ...server, prices, history };
};

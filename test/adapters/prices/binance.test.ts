import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { binance } from '#shared/adapters/prices/binance.ts';
import type { QuotableToken } from '#shared/adapters/prices/price-source.ts';
import { binanceServer, faults } from '../../support/price-servers.ts';
import { token } from './tokens.ts';

const server = await binanceServer();
afterAll(server.stop);

const source = (options = {}) => binance({ url: server.url, timeoutMs: 5_000, ...options });
const verified = (symbol: string) => token({ symbol, isVerified: true });

beforeEach(() => {
  server.spoil(undefined);
  server.seen.length = 0;
  server.prices.clear();
  server.history.clear();
});

const pairs = () => server.seen.map(({ url }) => url.searchParams.get('symbol'));

describe('prices of now', () => {
  test('are those of the last candle that is over, asked for once a symbol', async () => {
    server.prices.set('ETHUSDT', { price: '2500.12345678' });
    const tokens = [verified('ETH'), verified('eth'), verified('NOPE')];
    const quotes = await source().current(tokens);
    expect(quotes.map(({ tokenId, priceUsd }) => [tokenId, priceUsd])).toEqual([
      [tokens[0]?.id, '2500.12345678'],
      [tokens[1]?.id, '2500.12345678'],
    ]);
    for (const { at } of quotes) {
      expect(at.getTime()).toBeLessThanOrEqual(Date.now());
      expect(at.getTime()).toBeGreaterThan(Date.now() - 120_000);
    }
    expect(pairs()).toEqual(['ETHUSDT', 'NOPEUSDT']);
  });

  test('are not those of who took a known symbol, of dollars, nor of what cannot be a symbol', async () => {
    const tokens = [
      token({ symbol: 'ETH' }),
      ...['USDT', 'USDC.e', 'DAI', 'FDUSD', 'a b', 'X'].map(verified),
    ];
    expect(await source().current(tokens)).toEqual([]);
    expect(server.seen).toEqual([]);
  });

  test('of what is not traded are asked for once', async () => {
    const one = source();
    await one.current([verified('NOPE')]);
    await one.current([verified('NOPE')]);
    expect(await one.nearest(verified('NOPE'), new Date())).toBeUndefined();
    expect(pairs()).toEqual(['NOPEUSDT']);
  });
});

describe('turns', () => {
  const symbols = Array.from({ length: 47 }, (_, place) => `T${place}`);
  const traded = symbols.map(verified);
  const choose = ({ inTurn }: ReturnType<typeof source>, tokens: readonly QuotableToken[], turn: number) =>
    inTurn?.(tokens, turn) ?? [];

  test.each([0, 1, 17, 5_900_001])(
    'are of twenty symbols at most, and in three each of 47 has one: from %i on',
    (first) => {
      const chosen = [0, 1, 2].map((more) => choose(source(), traded, first + more));
      expect(chosen.map(({ length }) => length)).toEqual([20, 20, 20]);
      expect(new Set(chosen.flat())).toEqual(new Set(traded));
    },
  );

  test('are the same however tokens are ordered, and for all tokens of a symbol at once', () => {
    const again = [...symbols.map((symbol) => verified(symbol.toLowerCase())), ...traded].reverse();
    const others = [token({ symbol: 'ETH' }), verified('USDC')];
    const chosen = choose(source(), [...again, ...others], 3);
    const symbolsOf = (tokens: readonly QuotableToken[]) =>
      new Set(tokens.map(({ symbol }) => symbol.toUpperCase()));
    expect(chosen).toHaveLength(40);
    expect(symbolsOf(chosen)).toEqual(symbolsOf(choose(source(), traded, 3)));
  });

  test('are not used up by what is not traded, nor is any other one passed over for it', async () => {
    for (const symbol of symbols.slice(20)) server.prices.set(`${symbol}USDT`, { price: '1' });
    const one = source();
    const priced: string[] = [];
    for (const turn of [0, 1, 2]) {
      const quotes = await one.current(choose(one, traded, turn));
      priced.push(...quotes.map(({ tokenId }) => String(tokenId)));
    }
    expect(new Set(priced).size).toBe(27);
    for (const turn of [3, 4]) expect(await one.current(choose(one, traded, turn))).toHaveLength(20);
  });

  test('are of nobody where nobody can be asked for', () => {
    expect(choose(source(), [verified('USDC')], 1)).toEqual([]);
  });
});

test.each([
  ['banned', faults.banned, 'binance: banned for a while'],
  ['shut out', faults.shutOut, 'binance: shut out from here'],
])('whoever is %s does not ask again', async (_, fault, message) => {
  server.spoil(fault);
  const one = source();
  await expect(one.current([verified('ETH'), verified('BNB')])).rejects.toThrow(message);
  server.spoil(undefined);
  await expect(one.nearest(verified('ETH'), new Date())).rejects.toThrow(message);
  expect(one.traffic.calls).toBe(1);
});

describe('prices of the past', () => {
  const then = new Date('2024-05-01T12:00:30Z');
  const minute = (minutes: number) => new Date(Date.UTC(2024, 4, 1, 12, minutes));

  test('are what the minute began with', async () => {
    server.history.set('ETHUSDT', [
      [minute(-1), '1'],
      [minute(0), '2'],
      [minute(1), '3'],
    ]);
    expect(await source().nearest(verified('ETH'), then)).toMatchObject({ priceUsd: '2', at: minute(0) });
  });

  test('are none where trading had ended or not begun', async () => {
    server.history.set('ETHUSDT', [[minute(-3 * 1440), '1']]);
    expect(await source().nearest(verified('ETH'), then)).toBeUndefined();
    expect(await source().nearest(verified('ETH'), new Date('2019-01-01T00:00:00Z'))).toBeUndefined();
  });

  test('of a stretch come in one call of a thousand candles at most', async () => {
    server.history.set('ETHUSDT', [
      [minute(0), '1'],
      [minute(5), '0'],
      [minute(10), '2'],
    ]);
    const one = source();
    const quotes = await one.between(verified('ETH'), minute(0), minute(60));
    expect(quotes.map(({ priceUsd }) => priceUsd)).toEqual(['1', '2']);
    expect(server.seen[0]?.url.searchParams.get('interval')).toBe('5m');
    await one.between(verified('ETH'), minute(-1440 * 365), minute(0));
    expect(server.seen[1]?.url.searchParams.get('interval')).toBe('1d');
    expect(one.traffic.dropped).toBe(1);
  });
});

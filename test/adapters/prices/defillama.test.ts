import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { defillama } from '#shared/adapters/prices/defillama.ts';
import { defillamaServer } from '../../support/price-servers.ts';
import { contract, token } from './tokens.ts';

const server = await defillamaServer({ mostCoins: 150 });
afterAll(server.stop);

const source = (options = {}) =>
  defillama({ url: server.url, timeoutMs: 5_000, limit: { burst: 1_000, perMinute: 1_000 }, ...options });

beforeEach(() => {
  server.spoil(undefined);
  server.seen.length = 0;
  server.prices.clear();
  server.history.clear();
});

const asked = () =>
  server.seen.map(({ url }) => decodeURIComponent(url.pathname).replace('/prices/current/', ''));

const at = new Date('2026-05-18T08:17:38Z');

describe('prices of now', () => {
  test('are asked for by contract, native coins by name, and those of one coin once', async () => {
    server.prices.set('ethereum:0xA', { price: '1.0000000000000000015', at });
    server.prices.set('coingecko:ethereum', { price: '2500.5', at });
    const tokens = [
      contract('0xA', { coingeckoId: 'usd-coin' }),
      token({ contractAddress: '0xB', defillamaId: 'bsc', coingeckoId: 'usd-coin' }),
      token({ coingeckoId: 'ethereum' }),
      token({ contractAddress: '0xC', defillamaId: 'bsc', coingeckoId: 'ethereum' }),
    ];
    const quotes = await source().current(tokens);
    expect(asked()).toEqual(['ethereum:0xA,coingecko:ethereum']);
    expect(quotes).toEqual([
      { tokenId: tokens[0]?.id, priceUsd: '1.000000000000000002', at },
      { tokenId: tokens[1]?.id, priceUsd: '1.000000000000000002', at },
      { tokenId: tokens[2]?.id, priceUsd: '2500.5', at },
      { tokenId: tokens[3]?.id, priceUsd: '2500.5', at },
    ]);
  });

  test('that a contract has none of are asked for by name, and nothing twice', async () => {
    server.prices.set('coingecko:chainlink', { price: '14', at });
    const tokens = [
      contract('0xD', { coingeckoId: 'chainlink' }),
      contract('0xE'),
      token({ coingeckoId: 'unknown' }),
    ];
    const quotes = await source().current(tokens);
    expect(quotes).toEqual([{ tokenId: tokens[0]?.id, priceUsd: '14', at }]);
    expect(asked()).toEqual(['ethereum:0xD,ethereum:0xE,coingecko:unknown', 'coingecko:chainlink']);
  });

  test('that are guesses, or impossible, are left out', async () => {
    const bad = ['NaN', '-1', '0', '1e16'];
    for (const price of bad) server.prices.set(`ethereum:0x${price}`, { price });
    server.prices.set('ethereum:0xlow', { price: '5', more: ',"confidence":0.19' });
    server.prices.set('ethereum:0xfair', { price: '5', more: ',"confidence":0.2' });
    const tokens = [...bad, 'low', 'fair'].map((name) => contract(`0x${name}`));
    const one = source();
    expect((await one.current(tokens)).map(({ tokenId }) => tokenId)).toEqual([tokens.at(-1)?.id]);
    expect(one.traffic).toEqual({ calls: 1, dropped: 4 });
  });

  test('are asked for 150 at a time, and in halves of what is refused', async () => {
    const tokens = Array.from({ length: 320 }, (_, place) => contract(`0x${place}`));
    for (const { contractAddress } of tokens)
      server.prices.set(`ethereum:${contractAddress}`, { price: '1' });
    expect(await source().current(tokens)).toHaveLength(320);
    expect(asked().map((keys) => keys.split(',').length)).toEqual([150, 150, 20]);
    const strict = await defillamaServer({ mostCoins: 40 });
    const quotes = await defillama({ url: strict.url, limit: { burst: 99, perMinute: 99 } }).current(tokens);
    expect(quotes).toEqual([]);
    expect(strict.seen).toHaveLength(2 + Math.ceil(320 / 38));
    await strict.stop();
  });
});

describe('prices of the past', () => {
  const then = new Date('2024-05-01T12:00:00Z');
  const moment = (minutes: number) => new Date(then.getTime() + minutes * 60_000);
  const link = contract('0xF', { coingeckoId: 'chainlink' });

  test('are the nearest of the coin and of its contract, whatever the order', async () => {
    server.history.set('coingecko:chainlink', [
      [moment(50), '3'],
      [moment(-9), '1'],
    ]);
    server.history.set('ethereum:0xF', [[moment(4), '2']]);
    expect(await source().nearest(link, then)).toEqual({ tokenId: link.id, priceUsd: '2', at: moment(4) });
    expect(server.seen).toHaveLength(1);
  });

  test('are those of the day where there is none within the hour, and not of another day', async () => {
    server.history.set('ethereum:0xF', [[moment(-11 * 60), '2']]);
    expect(await source().nearest(link, then)).toMatchObject({ at: moment(-660) });
    const early = new Date('2024-05-01T01:30:00Z');
    server.history.set('ethereum:0xF', [[new Date('2024-04-30T23:00:00Z'), '2']]);
    expect(await source().nearest(link, early)).toBeUndefined();
    expect(await source().nearest(token(), then)).toBeUndefined();
  });

  test('of a stretch of time are as dense as one call tells', async () => {
    server.history.set(
      'coingecko:chainlink',
      Array.from({ length: 48 }, (_, hour) => [moment(hour * 60), `${hour + 1}`] as const),
    );
    const quotes = await source().between(link, then, moment(47 * 60));
    expect(quotes.map(({ priceUsd }) => priceUsd)).toEqual(
      Array.from({ length: 48 }, (_, hour) => `${hour + 1}`),
    );
    expect(server.seen[0]?.url.searchParams.get('period')).toBe('1h');
    await source().between(link, moment(-700 * 1440), then);
    expect(server.seen[1]?.url.searchParams.get('period')).toBe('1w');
    const span = Number(server.seen[1]?.url.searchParams.get('span'));
    expect(span * 7).toBeGreaterThanOrEqual(700);
  });
});

/** R17, the part of prices: refusals, failures, silence, and answers that are cut off. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { coingecko } from '#shared/adapters/prices/coingecko.ts';
import { SourceUnavailable } from '#shared/adapters/prices/source-http.ts';
import { coingeckoServer, type Fault, faults, tooMany } from '../../support/price-servers.ts';
import { token } from './tokens.ts';

const server = await coingeckoServer();
afterAll(server.stop);

const bitcoin = token({ coingeckoId: 'bitcoin' });

beforeEach(() => {
  server.spoil(undefined);
  server.seen.length = 0;
  server.prices.set('bitcoin', { price: '76975' });
});

const options = { url: server.url, timeoutMs: 5_000, pauseMs: 1_500, patienceMs: 1_500 };
const source = (more = {}) => coingecko({ ...options, limit: { burst: 100, perMinute: 100 }, ...more });

const prices = (quotes: { priceUsd: string }[]) => quotes.map(({ priceUsd }) => priceUsd);

describe('failures', () => {
  test.each<[string, Fault, string]>([
    ['an answer that is cut off', faults.truncated, 'no JSON'],
    ['an error of the server', faults.broken, 'status 502'],
    ['silence', faults.silence, 'no answer in time'],
    ['an answer without end', faults.huge, 'no answer'],
    ['an error that nobody knows', () => ({ status: 400, text: '{"error":"odd"}' }), 'an answer of no use'],
    ['an error in a good answer', () => ({ status: 200, text: '{"error":"odd"}' }), 'an answer of no use'],
  ])('%s three times lets the source be, until it has had time', async (_, fault, reason) => {
    const one = source(fault === faults.silence ? { timeoutMs: 1_000 } : {});
    server.spoil(fault);
    for (let turn = 0; turn < 3; turn += 1) {
      await expect(one.current([bitcoin])).rejects.toThrow(new SourceUnavailable('coingecko', reason));
    }
    server.spoil(undefined);
    await expect(one.current([bitcoin])).rejects.toThrow(`coingecko: ${reason}`);
    expect(one.traffic.calls).toBe(3);
    await sleep(1_600);
    expect(prices(await one.current([bitcoin]))).toEqual(['76975']);
    expect(prices(await one.current([bitcoin]))).toEqual(['76975']);
  });

  test('after the pause one call tries; where it fails, the source is let be again at once', async () => {
    const one = source();
    server.spoil(faults.broken);
    for (let turn = 0; turn < 3; turn += 1)
      await expect(one.current([bitcoin])).rejects.toThrow('status 502');
    await sleep(1_600);
    for (let turn = 0; turn < 3; turn += 1)
      await expect(one.current([bitcoin])).rejects.toThrow('status 502');
    expect(one.traffic.calls).toBe(4);
  });

  test('that are not in a row close nothing', async () => {
    const one = source();
    for (let turn = 0; turn < 6; turn += 1) {
      server.spoil(faults.broken, 1);
      await expect(one.current([bitcoin])).rejects.toThrow('status 502');
      expect(prices(await one.current([bitcoin]))).toEqual(['76975']);
    }
  });

  test('of one batch lose that batch only', async () => {
    const coins = Array.from({ length: 600 }, (_, place) => token({ coingeckoId: `coin-${place}` }));
    for (const { coingeckoId } of coins) server.prices.set(coingeckoId ?? '', { price: '2' });
    server.spoil(faults.truncated, 1);
    expect(await source().current(coins)).toHaveLength(350);
  });

  test('of the network are told without the address', async () => {
    const away = source({ url: 'http://127.0.0.1:9' });
    const error = await away.current([bitcoin]).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ message: 'coingecko: no answer' });
    expect(error).not.toHaveProperty('cause');
  });
});

describe('a limit of the source', () => {
  test('that lets one wait shortly is waited for', async () => {
    server.spoil(tooMany('1'), 1);
    const started = performance.now();
    expect(prices(await source().current([bitcoin]))).toEqual(['76975']);
    expect(performance.now() - started).toBeGreaterThan(950);
  });

  test.each<[string, Fault]>([
    ['long', tooMany('2')],
    ['until a date', tooMany(new Date(Date.now() + 60_000).toUTCString())],
    ['for nobody knows how long', tooMany()],
    ['for a time that is not whole', tooMany('1.5')],
    ['for less than no time', tooMany('-1')],
    ['until a day without a time', tooMany('2026-01-01')],
    ['until a date that there is not', tooMany('Sun, 99 Nov 2026 08:49:37 GMT')],
    ['as an error in a good answer', faults.errorInside],
  ])('that lets one wait %s closes it meanwhile', async (_, fault) => {
    const one = source();
    server.spoil(fault);
    await expect(one.current([bitcoin])).rejects.toThrow('coingecko: too many requests');
    server.spoil(undefined);
    await expect(one.current([bitcoin])).rejects.toThrow('coingecko: too many requests');
    expect(one.traffic.calls).toBe(1);
  });

  test.each([
    ['no time', '0'],
    ['until a date that has passed', new Date(Date.now() - 1_000).toUTCString()],
  ])('that lets one wait %s is waited for a second all the same, and closes it for one', async (_, told) => {
    const one = source();
    server.spoil(tooMany(told));
    const started = performance.now();
    for (let turn = 0; turn < 3; turn += 1) {
      await expect(one.current([bitcoin])).rejects.toThrow('coingecko: too many requests');
    }
    expect(performance.now() - started).toBeGreaterThan(950);
    expect(one.traffic.calls).toBe(2);
    server.spoil(undefined);
    await sleep(1_050);
    expect(prices(await one.current([bitcoin]))).toEqual(['76975']);
  });

  test('that is told in seconds ends with them', async () => {
    const one = source({ patienceMs: 100 });
    server.spoil(tooMany('1'), 1);
    await expect(one.current([bitcoin])).rejects.toThrow('too many requests');
    await sleep(1_050);
    expect(prices(await one.current([bitcoin]))).toEqual(['76975']);
  });
});

describe('our own limit', () => {
  test('lets so many through at once, then one after the other, and nobody wait for long', async () => {
    // One each 200 ms.
    const one = source({ limit: { burst: 3, perMinute: 300 }, patienceMs: 250 });
    const started = performance.now();
    for (let turn = 0; turn < 5; turn += 1) await one.current([bitcoin]);
    expect(performance.now() - started).toBeGreaterThan(350);
    const many = await Promise.allSettled(Array.from({ length: 6 }, () => one.current([bitcoin])));
    const refused = many.filter(({ status }) => status === 'rejected');
    expect(refused.length).toBeGreaterThanOrEqual(4);
    expect(refused[0]).toMatchObject({ reason: { message: 'coingecko: no call is left of its limit' } });
  });
});

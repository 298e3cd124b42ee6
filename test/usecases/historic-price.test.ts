import { describe, expect, onTestFinished, test } from 'vitest';
import { coingecko } from '#shared/adapters/prices/coingecko.ts';
import { findPrices } from '#shared/usecases/historic-price.ts';
import type { Row } from '../support/database.ts';
import { at, pastPrices } from '../support/past-prices.ts';
import { coingeckoServer, faults } from '../support/price-servers.ts';

const { db, rows, servers, sources, newToken, store } = await pastPrices();

const search = (token: Row, times: readonly Date[], isLate = () => false) =>
  findPrices(
    db,
    sources,
    times.map((time) => ({ tokenId: BigInt(token.id), at: time.getTime() })),
    isLate,
  );

const find = async (token: Row, ...times: Date[]): Promise<(string | undefined)[]> => {
  const { find: found } = await search(token, times);
  return times.map((time) => found({ tokenId: BigInt(token.id), at: time.getTime() })?.priceUsd);
};

const calls = () => servers.defillama.seen.length + servers.binance.seen.length;

describe('stored prices', () => {
  test('are the nearest within an hour, before and after, across midnight', async () => {
    const token = await newToken();
    await store(token, at('2022-03-01T10:00:00'), '1');
    await store(token, at('2022-03-01T11:30:00'), '2');
    await store(token, at('2022-03-02T00:20:00'), '3');
    expect(
      await find(
        token,
        at('2022-03-01T10:40:00'),
        at('2022-03-01T10:50:00'),
        at('2022-03-01T23:30:00'),
        at('2022-03-01T09:00:00'),
      ),
    ).toEqual(['1', '2', '3', '1']);
    expect(calls()).toBe(0);
  });

  test('are else of the same day in UTC, and of no other', async () => {
    const token = await newToken();
    await store(token, at('2022-03-01T23:59:59.999'), '1');
    expect(await find(token, at('2022-03-01T00:00:00'), at('2022-03-02T00:59:59'))).toEqual(['1', '1']);
    expect(await find(token, at('2022-03-02T01:00:00'), at('2022-02-28T23:00:00'))).toEqual([
      undefined,
      undefined,
    ]);
  });

  test('in dispute, of nothing, and of other tokens are none', async () => {
    const [token, other] = [await newToken(), await newToken()];
    await store(token, at('2022-03-01T10:00:00'), '1', { is_disputed: true });
    await store(token, at('2022-03-01T10:01:00'), '0');
    await store(other, at('2022-03-01T10:02:00'), '3');
    await store(token, at('2022-03-01T15:00:00'), '4');
    expect(await find(token, at('2022-03-01T10:00:00'))).toEqual(['4']);
  });
});

describe('sources', () => {
  const noon = at('2022-05-05T12:00:00');

  test('are asked for what is not stored, and what they say is stored', async () => {
    const token = await newToken([[at('2022-05-05T11:50:00'), '1234.567890123456789']]);
    expect(await find(token, noon)).toEqual(['1234.567890123456789']);
    expect(calls()).toBe(1);
    expect(await find(token, noon, at('2022-05-05T11:00:00'))).toEqual([
      '1234.567890123456789',
      '1234.567890123456789',
    ]);
    expect(calls()).toBe(1);
    expect(
      await rows('SELECT source, price_usd, price_at FROM token_prices WHERE token_id = $1', [token.id]),
    ).toEqual([
      { source: 'defillama', price_usd: '1234.567890123456789', price_at: at('2022-05-05T11:50:00') },
    ]);
  });

  test('are not believed a price that is a thousand times what they say of the hours around it', async () => {
    const said = ['2', '2.1', '3000000', '1.9', '0.001', '2.2', '1500'];
    const hours = said.map((_, place) => at(`2022-05-05T${10 + place}:00:00`));
    const token = await newToken(hours.map((hour, place) => [hour, said[place] ?? '']));
    expect(
      await find(token, at('2022-05-05T10:00:00'), at('2022-05-05T12:10:00'), at('2022-05-05T16:00:00')),
    ).toEqual(['2', '1.9', '1500']);
    const kept = await rows('SELECT price_usd FROM token_prices WHERE token_id = $1 ORDER BY price_at', [
      token.id,
    ]);
    expect(kept.map(({ price_usd }) => price_usd)).toEqual(['2', '2.1', '1.9', '2.2', '1500']);
  });

  test('are asked for the hour before another price of that day is taken, in whatever order it is asked about', async () => {
    const history: [Date, string][] = [
      [at('2022-05-05T03:02:00'), '3'],
      [at('2022-05-05T23:02:00'), '23'],
    ];
    for (const times of [
      ['03:10', '23:10'],
      ['23:10', '03:10'],
    ]) {
      const token = await newToken(history);
      for (const time of times)
        expect(await find(token, at(`2022-05-05T${time}:00`))).toEqual([String(Number(time.slice(0, 2)))]);
    }
    const token = await newToken(history);
    await find(token, at('2022-05-05T03:10:00'));
    // Of noon nobody knows: it is that of the day.
    expect(await find(token, noon)).toEqual(['3']);
  });

  test('are asked in their order, until one knows', async () => {
    const symbol = `B${Date.now() % 1e9}`;
    const token = await newToken([], { symbol, is_verified: true });
    servers.binance.history.set(`${symbol}USDT`, [[noon, '55']]);
    expect(await find(token, noon)).toEqual(['55']);
    expect(servers.defillama.seen).not.toHaveLength(0);
  });

  test('that do not tell so long ago leave it to the next one, and are no worse for it', async () => {
    const server = await coingeckoServer();
    onTestFinished(server.stop);
    const [recent, symbol] = [new Date(Date.now() - 30 * 86_400_000), `C${Date.now() % 1e9}`];
    const token = await newToken([[noon, '7']], { symbol, is_verified: true });
    server.history.set(String(token.coingecko_id), [
      [noon, '6'],
      [recent, '8'],
    ]);
    sources.unshift(coingecko({ url: server.url, limit: { burst: 100, perMinute: 100 } }));
    const { failures, isAdvanced } = await search(token, [noon]);
    expect([...failures]).toEqual([]);
    expect(isAdvanced).toBe(true);
    expect(await find(token, noon, recent)).toEqual(['7', '8']);
    expect(server.seen.map(({ url }) => url.pathname)).toEqual(
      Array(2).fill(`/coins/${token.coingecko_id}/market_chart/range`),
    );
    expect(await rows('SELECT source FROM token_prices WHERE token_id = $1 ORDER BY 1', [token.id])).toEqual([
      { source: 'coingecko' },
      { source: 'defillama' },
    ]);
  });

  test('are asked once for a stretch of time instead of many times', async () => {
    const hours = Array.from({ length: 30 }, (_, hour) =>
      at(`2022-06-0${1 + (hour % 9)}T0${hour % 7}:00:00`),
    );
    const token = await newToken(hours.map((time, place) => [time, String(place + 1)] as const));
    expect(await find(token, ...hours)).not.toContain(undefined);
    expect(servers.defillama.seen.map(({ url }) => url.pathname.split('/')[1])).toEqual(['chart']);
    // What lies far apart is two stretches.
    await find(await newToken(), at('2022-01-01T00:00:00'), at('2022-08-01T00:00:00'));
    expect(servers.defillama.seen.filter(({ url }) => url.pathname === '/batchHistorical')).toHaveLength(2);
  });

  test('that know nothing are not asked again within a day, whatever the hour', async () => {
    const token = await newToken();
    expect(await find(token, noon)).toEqual([undefined]);
    const asked = calls();
    expect(asked).toBeGreaterThan(0);
    expect(await find(token, noon, at('2022-05-05T03:00:00'))).toEqual([undefined, undefined]);
    expect(calls()).toBe(asked);
    await rows("UPDATE price_gaps SET asked_at = now() - interval '25 hours' WHERE token_id = $1", [
      token.id,
    ]);
    await find(token, noon);
    expect(calls()).toBe(2 * asked);
  });

  test('that cannot answer may know it the next time; the next one is asked meanwhile', async () => {
    const token = await newToken([[noon, '7']]);
    servers.defillama.spoil(faults.broken);
    const { failures, isAdvanced } = await search(token, [noon]);
    expect([...failures]).toEqual([expect.stringMatching(/^defillama: /)]);
    expect(isAdvanced).toBe(false);
    expect(await rows('SELECT * FROM price_gaps WHERE token_id = $1', [token.id])).toEqual([]);
    servers.defillama.spoil(undefined);
    expect(await find(token, noon)).toEqual(['7']);
  });

  test.each(['truncated', 'errorInside', 'silence'] as const)('that fail are no price: %s', async (fault) => {
    const token = await newToken([[noon, '7']]);
    servers.defillama.spoil(faults[fault]);
    expect(await find(token, noon)).toEqual([undefined]);
    expect(await rows('SELECT * FROM token_prices WHERE token_id = $1', [token.id])).toEqual([]);
  });

  test('are not asked about spam', async () => {
    const token = await newToken([[noon, '7']], { is_spam: true });
    expect(await find(token, noon)).toEqual([undefined]);
    expect(calls()).toBe(0);
  });

  test('are not asked when it is late', async () => {
    const token = await newToken([[noon, '7']]);
    expect(await search(token, [noon], () => true)).toMatchObject({ isLate: true, isAdvanced: false });
    expect(calls()).toBe(0);
  });
});

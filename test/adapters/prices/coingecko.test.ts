import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { coingecko } from '#shared/adapters/prices/coingecko.ts';
import { coingeckoServer, faults } from '../../support/price-servers.ts';
import { contract, token } from './tokens.ts';

const server = await coingeckoServer({ mostAddresses: 10, mostIds: 100 });
afterAll(server.stop);

const paid = { coingecko_pro_key: 'a-paid-key' };
const source = (options = {}) =>
  coingecko({
    url: server.url,
    keys: paid,
    timeoutMs: 5_000,
    limit: { burst: 1_000, perMinute: 1_000 },
    ...options,
  });

beforeEach(() => {
  server.spoil(undefined);
  server.seen.length = 0;
  server.prices.clear();
  server.history.clear();
});

const at = new Date('2026-05-18T08:17:38Z');

describe('prices by id', () => {
  test('tell all that there is, exactly as it was written', async () => {
    const more = ',"usd_market_cap":1.5e12,"usd_24h_vol":0,"usd_24h_change":-2.345678901234567891';
    server.prices.set('bitcoin', { price: '76975.123456789012345678', at, more });
    const bitcoin = token({ coingeckoId: 'bitcoin' });
    expect(await source().current([bitcoin])).toEqual([
      {
        tokenId: bitcoin.id,
        priceUsd: '76975.123456789012345678',
        at,
        marketCapUsd: '1500000000000',
        volume24hUsd: '0',
        change24hPercent: '-2.345678901234567891',
      },
    ]);
  });

  test('are asked for once for the tokens of one coin, and not for those that cannot be named', async () => {
    server.prices.set('usd-coin', { price: '1' });
    const coins = [1, 2, 3].map(() => token({ coingeckoId: 'usd-coin' }));
    const quotes = await source().current([...coins, token(), token({ coingeckoId: 'no-such-coin' })]);
    expect(quotes.map(({ tokenId }) => tokenId)).toEqual(coins.map(({ id }) => id));
    expect(server.seen.map(({ url }) => url.searchParams.get('ids'))).toEqual(['usd-coin,no-such-coin']);
  });

  test('of a coin called status, which is no error', async () => {
    server.prices.set('status', { price: '0.02' });
    expect(await source().current([token({ coingeckoId: 'status' })])).toHaveLength(1);
  });

  test('go in halves once so many are refused, and stay so', async () => {
    const coins = Array.from({ length: 250 }, (_, place) => token({ coingeckoId: `coin-${place}` }));
    for (const { coingeckoId } of coins) server.prices.set(coingeckoId ?? '', { price: '2' });
    const asked = source();
    expect(await asked.current(coins)).toHaveLength(250);
    const sizes = () => server.seen.map(({ url }) => url.searchParams.get('ids')?.split(',').length);
    expect(sizes()).toEqual([250, 125, 63, 63, 63, 61]);
    server.seen.length = 0;
    expect(await asked.current(coins)).toHaveLength(250);
    expect(sizes()).toEqual([63, 63, 63, 61]);
    expect(asked.traffic.calls).toBe(10);
  });

  test.each(['NaN', '0', '-5', '1e15', '"abc"', '1e-30'])(
    'that are %s are dropped and counted; the others stay',
    async (price) => {
      server.prices.set('bad', { price }).set('good', { price: '3' });
      const asked = source();
      const quotes = await asked.current([token({ coingeckoId: 'bad' }), token({ coingeckoId: 'good' })]);
      expect(quotes.map(({ priceUsd }) => priceUsd)).toEqual(['3']);
      expect(asked.traffic.dropped).toBe(1);
    },
  );

  test('that are null are unknown, not wrong', async () => {
    server.prices.set('dead', { price: 'null' });
    const asked = source();
    expect(await asked.current([token({ coingeckoId: 'dead' })])).toEqual([]);
    expect(asked.traffic.dropped).toBe(0);
  });
});

describe('prices by contract', () => {
  test('come in any case, a call for each platform', async () => {
    server.prices.set('ethereum/0xAbC', { price: '4' }).set('stacks/SP1.token-x', { price: '5' });
    const tokens = [
      contract('0xAbC'),
      token({ contractAddress: 'SP1.token-x::x', coingeckoPlatform: 'stacks' }),
    ];
    expect((await source().current(tokens)).map(({ tokenId, priceUsd }) => [tokenId, priceUsd])).toEqual([
      [tokens[0]?.id, '4'],
      [tokens[1]?.id, '5'],
    ]);
    expect(server.seen.map(({ url }) => url.pathname)).toEqual([
      '/simple/token_price/ethereum',
      '/simple/token_price/stacks',
    ]);
  });

  test('go in halves where the plan allows fewer (10012)', async () => {
    const tokens = Array.from({ length: 30 }, (_, place) => contract(`0x${place}`));
    for (const { contractAddress } of tokens)
      server.prices.set(`ethereum/${contractAddress}`, { price: '6' });
    expect(await source().current(tokens)).toHaveLength(30);
    const sizes = server.seen.map(({ url }) => url.searchParams.get('contract_addresses')?.split(',').length);
    expect(sizes).toEqual([30, 15, 8, 8, 8, 6]);
  });
});

describe('keys', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  test.each([
    [paid, 'https://pro-api.coingecko.com', { 'x-cg-pro-api-key': 'a-paid-key' }],
    [
      { coingecko_demo_key: 'a-free-key' },
      'https://api.coingecko.com',
      { 'x-cg-demo-api-key': 'a-free-key' },
    ],
    [
      { ...paid, coingecko_demo_key: 'a-free-key' },
      'https://pro-api.coingecko.com',
      { 'x-cg-pro-api-key': 'a-paid-key' },
    ],
    [{}, 'https://api.coingecko.com', {}],
  ])('go to the host of their plan: %j', async (keys, host, header) => {
    const sent: [string, RequestInit | undefined][] = [];
    vi.stubGlobal('fetch', async (url: string, options?: RequestInit) => {
      sent.push([url, options]);
      return new Response('{"bitcoin":{"usd":7,"last_updated_at":1767225600}}');
    });
    const [quote] = await coingecko({ keys }).current([token({ coingeckoId: 'bitcoin' })]);
    expect(quote).toMatchObject({ priceUsd: '7' });
    expect(sent).toEqual([
      [
        expect.stringMatching(`^${host}/api/v3/simple/price\\?ids=bitcoin&`),
        expect.objectContaining({ headers: { accept: 'application/json', ...header } }),
      ],
    ]);
  });

  test('go into the header of their plan, and never into a URL', async () => {
    for (const keys of [paid, { coingecko_demo_key: 'a-free-key' }, {}]) {
      await source({ keys }).current([token({ coingeckoId: 'bitcoin' })]);
    }
    const headers = server.seen.map(({ headers: sent }) => [
      sent['x-cg-pro-api-key'],
      sent['x-cg-demo-api-key'],
    ]);
    expect(headers).toEqual([
      ['a-paid-key', undefined],
      [undefined, 'a-free-key'],
      [undefined, undefined],
    ]);
    for (const { url } of server.seen) expect(url.href).not.toMatch(/a-(paid|free)-key/);
  });

  test('that are not taken close the source, and no error tells them', async () => {
    server.spoil(faults.wrongKey);
    const asked = source({ keys: { coingecko_pro_key: 'secret\nkey' } });
    const odd = await asked.current([token({ coingeckoId: 'bitcoin' })]).catch((error: unknown) => error);
    expect(odd).toMatchObject({ name: 'SourceUnavailable' });
    expect(odd).not.toHaveProperty('cause');
    expect(`${(odd as Error).stack}`).not.toContain('secret');
    const wrong = source();
    await expect(wrong.current([token({ coingeckoId: 'bitcoin' })])).rejects.toThrow(
      /^coingecko: the key is not taken$/,
    );
    server.spoil(undefined);
    await expect(wrong.current([token({ coingeckoId: 'bitcoin' })])).rejects.toThrow('the key is not taken');
    expect(wrong.traffic.calls).toBe(1);
  });
});

describe('prices of the past', () => {
  const then = new Date(Date.now() - 30 * 86_400_000);
  const moment = (minutes: number) => new Date(Math.floor(then.getTime() / 1000) * 1000 + minutes * 60_000);
  const bitcoin = token({ coingeckoId: 'bitcoin' });

  test('are the nearest one', async () => {
    server.history.set('bitcoin', [
      [moment(-7), '1'],
      [moment(2), '2'],
      [moment(8), '3'],
    ]);
    expect(await source().nearest(bitcoin, moment(0))).toMatchObject({ priceUsd: '2', at: moment(2) });
  });

  test('are none where there is none of that day within reach', async () => {
    server.history.set('bitcoin', [[moment(-3 * 1440), '1']]);
    expect(await source().nearest(bitcoin, moment(0))).toBeUndefined();
    expect(await source().nearest(token({ coingeckoId: 'unknown' }), moment(0))).toBeUndefined();
    expect(await source().nearest(token(), moment(0))).toBeUndefined();
  });

  test('of a contract, of a stretch of time, in order and with what is impossible left out', async () => {
    server.history.set('ethereum/0xAbC', [
      [moment(0), '1.5e-7'],
      [moment(5), '0'],
      [moment(10), '2'],
      [moment(900), '9'],
    ]);
    const asked = source();
    const quotes = await asked.between(contract('0xAbC'), moment(-1), moment(20));
    expect(quotes.map(({ priceUsd, at: when }) => [priceUsd, when])).toEqual([
      ['0.00000015', moment(0)],
      ['2', moment(10)],
    ]);
    expect(asked.traffic.dropped).toBe(1);
  });

  test('that the plan does not tell, beyond a year, are unknown; the source stays open', async () => {
    server.history.set('bitcoin', [[moment(0), '7']]);
    const asked = source();
    for (let turn = 0; turn < 5; turn += 1) {
      expect(await asked.nearest(bitcoin, new Date(Date.now() - 500 * 86_400_000))).toBeUndefined();
    }
    expect(await asked.nearest(bitcoin, moment(0))).toMatchObject({ priceUsd: '7' });
  });
});

/** R16: Redis that is gone, slow, flushed or of another type. R18: prices that stop, are nothing, or are a million-fold. */

import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { startRedis } from '../../scripts/local/servers/redis.ts';
import { startUpstashFront } from '../../scripts/local/servers/upstash.ts';
import { toolsFolder } from '../../scripts/local/settings.ts';
import { closeServer, listen } from '../../scripts/local/triggers/http-server.ts';
import { invoke, type Json, newUser, newWallet, record, request, type TestUser } from '../support/api.ts';
import { openDatabase } from '../support/database.ts';
import { ownPlatform } from '../support/own-platform.ts';
import { coingeckoServer, defillamaServer, faults } from '../support/price-servers.ts';
import { usePlatform } from '../support/the-platform.ts';

const token = 'of this test';
const dataDir = await mkdtemp(join(tmpdir(), 'bagtracker-prices-'));
const redis = await startRedis({ dataDir, toolsDir: toolsFolder, log: () => undefined });
const front = await startUpstashFront({
  redisPort: redis.port,
  token,
  ...(redis.password ? { redisPassword: redis.password } : {}),
});

type Mood = 'well' | 'slow' | 'gone';
let mood: Mood = 'well';

/** What functions take for Redis. */
const between = createServer(async (incoming, response) => {
  const body = await buffer(incoming);
  if (mood === 'gone') return void incoming.socket.destroy();
  if (mood === 'slow') await sleep(2_000);
  const { authorization = '' } = incoming.headers;
  const answer = await fetch(front.url + incoming.url, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body,
  });
  response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
});
const redisUrl = await listen(between, { port: 0, host: '127.0.0.1' });

const sources = { coingecko: await coingeckoServer(), defillama: await defillamaServer() };
afterAll(async () => {
  between.closeAllConnections();
  await closeServer(between, 1);
  await front.stop();
  await redis.stop();
  await rm(dataDir, { recursive: true, force: true });
  await Promise.all(Object.values(sources).map(({ stop }) => stop()));
});

// Of its own: it has sources, and a Redis that fails.
const platform = await ownPlatform({
  UPSTASH_REDIS_REST_URL: redisUrl,
  UPSTASH_REDIS_REST_TOKEN: token,
  PRICE_SOURCES: 'coingecko,defillama',
  COINGECKO_URL: sources.coingecko.url,
  COINGECKO_DEMO_KEY: 'a-free-key',
  DEFILLAMA_URL: sources.defillama.url,
  RATE_LIMIT_FACTOR: '1000000',
});
usePlatform(platform);
const { pool } = openDatabase(platform.databaseUrl);

const command = async (...words: string[]): Promise<Json> => {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(front.url, { method: 'POST', headers, body: JSON.stringify(words) });
  return response.json();
};

let user: TestUser;

beforeAll(async () => {
  user = await newUser();
  const wallet = await newWallet(user);
  const bought = await record(user, wallet, {
    ...{ transaction_type: 'BUY', amount: '2', price_usd: '100' },
    timestamp: '2024-01-01T00:00:00Z',
  });
  expect(bought.status).toBe(201);
});

beforeEach(async () => {
  mood = 'well';
  await command('FLUSHALL');
  for (const source of Object.values(sources)) source.spoil(undefined);
});

/** What the first source says from now on, unless nobody says otherwise. */
const say = (coingecko: string | undefined, defillama?: string) => {
  for (const [name, price, key] of [
    ['coingecko', coingecko, 'ethereum'],
    ['defillama', defillama, 'coingecko:ethereum'],
  ] as const) {
    if (price === undefined) sources[name].prices.delete(key);
    else sources[name].prices.set(key, { price, at: new Date() });
  }
};

const due = new Date(Math.floor(Date.now() / 300_000) * 300_000).toISOString();
const refresh = async (): Promise<Json> =>
  (await invoke('schedules/refresh-prices', { scheduled_time: due })).result;

const ether = async (): Promise<Json> => {
  const { status, body } = await request('GET', '/tokens?symbol=ETH&chain_id=1', { token: user.token });
  expect(status).toBe(200);
  return body.items.find(({ contract_address }: Json) => contract_address === null);
};

const logIn = async (password = user.password) =>
  (await request('POST', '/log-in', { body: { username: user.username, password } })).status;

/** As if so long had gone by since the last price. */
const age = (hours: number) =>
  pool.query(`UPDATE tokens SET price_at = price_at - make_interval(hours => $1)`, [hours]);

describe('R16: Redis', () => {
  // Where a cold start on a busy machine keeps Redis from answering in time, nobody asks it for half a minute.
  beforeAll(async () => {
    say('2500', '2500');
    const isRemembered = async () => expect((await refresh()).calls).toBe(0);
    await vi.waitFor(isRemembered, { timeout: 45_000, interval: 1_000 });
  }, 60_000);

  test('remembers prices for a minute: who asks again costs no call', async () => {
    say('2500.5', '2500.5');
    const first = await refresh();
    expect(first).toMatchObject({ held: 1, priced: 1, missing: 0, unavailable: [] });
    expect(first.calls).toBeGreaterThan(0);
    expect(await refresh()).toEqual({ ...first, calls: 0 });
    expect(await ether()).toMatchObject({
      current_price_usd: '2500.5',
      price_source: 'coingecko',
      price_state: 'current',
    });
    const sent = sources.coingecko.seen.map(({ headers }) => headers['x-cg-demo-api-key']);
    expect(new Set(sent)).toEqual(new Set(['a-free-key']));
    await command('FLUSHALL');
    expect(await refresh()).toEqual(first);
    expect(await logIn()).toBe(200);
  });

  test('with values of another type loses what it remembers, and lets nobody guess', async () => {
    say('2501', '2501');
    await refresh();
    expect(await logIn('a guess')).toBe(400);
    const turned = await command(
      'EVAL',
      `local n = 0
       for _, key in ipairs(redis.call('KEYS', '*')) do redis.call('DEL', key); redis.call('LPUSH', key, 'x'); n = n + 1 end
       return n`,
      '0',
    );
    expect(turned.result).toBeGreaterThan(1);
    say('2502', '2502');
    expect(await refresh()).toMatchObject({ priced: 1, missing: 0 });
    expect(await ether()).toMatchObject({ current_price_usd: '2502' });
    // What was written back over a list is no list any more.
    expect((await refresh()).calls).toBe(0);
    expect(await logIn()).toBe(503);
  });

  test.each<Mood>(['slow', 'gone'])('that is %s changes no price, and no read', async (next) => {
    say('2503', '2503');
    mood = next;
    const started = performance.now();
    expect(await refresh()).toMatchObject({ priced: 1, missing: 0, unavailable: [] });
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(await ether()).toMatchObject({ current_price_usd: '2503' });
    if (next === 'gone') expect(await logIn()).toBe(503);
    else expect([200, 503]).toContain(await logIn());
  });
});

describe('R18: the price', () => {
  beforeAll(async () => {
    mood = 'well';
    await command('FLUSHALL');
    say('2000', '2000');
    expect(await refresh()).toMatchObject({ priced: 1 });
    await age(2);
  });

  test.each<[string, () => void, Json]>([
    ['stops', () => say(undefined), { priced: 0, missing: 1 }],
    [
      'cannot be asked for',
      () => {
        say('2001');
        sources.coingecko.spoil(faults.broken);
      },
      { priced: 0, missing: 1, unavailable: ['coingecko: status 502'] },
    ],
    ['is zero', () => say('0', '0'), { priced: 0, missing: 1, dropped: 2 }],
    ['is a million-fold', () => say('2000000000'), { priced: 0, held_back: 1 }],
  ])('that %s is the last one, and stale: never zero', async (_, happens, result) => {
    happens();
    expect(await refresh()).toMatchObject(result);
    expect(await ether()).toMatchObject({ current_price_usd: '2000', price_state: 'stale' });
  });

  test('that sources are apart about is in dispute, and current once they agree', async () => {
    say('2000000000', '2100');
    expect(await refresh()).toMatchObject({ held_back: 1, disputed: 1 });
    expect(await ether()).toMatchObject({ current_price_usd: '2000', price_state: 'disputed' });
    await command('FLUSHALL');
    say('2100', '2101');
    expect(await refresh()).toMatchObject({ priced: 1, disputed: 0, held_back: 0 });
    expect(await ether()).toMatchObject({ current_price_usd: '2100', price_state: 'current' });
  });
});

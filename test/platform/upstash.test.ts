import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from '@upstash/redis';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startRedis } from '../../scripts/local/servers/redis.ts';
import { startUpstashFront, type UpstashFront } from '../../scripts/local/servers/upstash.ts';
import { ignore, TOOLS } from './folders.ts';

const TOKEN = 'a token';
let front: UpstashFront;
let client: Redis;
let stop: () => Promise<void>;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bagtracker-upstash-'));
  const redis = await startRedis({ dataDir: folder, toolsDir: TOOLS, log: ignore });
  front = await startUpstashFront({ redisPort: redis.port, redisPassword: redis.password, token: TOKEN });
  stop = async () => {
    await front.stop();
    await redis.stop();
    await rm(folder, { recursive: true });
  };
  client = new Redis({ url: front.url, token: TOKEN });
});
afterAll(() => stop());
beforeEach(async () => {
  await client.flushall();
});

async function http(path: string, init: RequestInit = {}, token = TOKEN) {
  const headers = { authorization: `Bearer ${token}`, ...init.headers };
  const response = await fetch(`${front.url}${path}`, { ...init, headers });
  const body: { result?: unknown; error?: string } = JSON.parse(await response.text());
  return { status: response.status, body };
}
const post = (path: string, body: unknown) => http(path, { method: 'POST', body: JSON.stringify(body) });

describe('the client of Upstash', () => {
  test('reads what it wrote, also what looks like base64', async () => {
    expect(await client.set('k', 'abcd')).toBe('OK');
    expect(await client.get('k')).toBe('abcd');
    expect(await client.set('k', 'é 🚀', { ex: 60 })).toBe('OK');
    expect(await client.get('k')).toBe('é 🚀');
    expect(await client.set('k', { a: [1, null] })).toBe('OK');
    expect(await client.get('k')).toEqual({ a: [1, null] });
    expect(await client.set('k', 'other', { nx: true })).toBeNull();
    expect(await client.get('none')).toBeNull();
  });

  test('tells numbers, strings and lists apart', async () => {
    expect(await client.incr('n')).toBe(1);
    expect(await client.hset('h', { f: 1, g: 'x' })).toBe(2);
    expect(await client.hgetall('h')).toEqual({ f: 1, g: 'x' });
    expect(await client.ttl('n')).toBe(-1);
    expect(await client.mget('n', 'none')).toEqual([1, null]);
    expect(await client.zadd('z', { score: 1.5, member: 'm' })).toBe(1);
    expect(await client.zscore('z', 'm')).toBe(1.5);
    expect(await client.ping()).toBe('PONG');
  });

  test('sends many commands at once by itself', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => client.incr('n')));
    expect(answers).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
  });

  test('runs a transaction that nothing gets in between of', async () => {
    const incremented = () => client.multi().incr('n').incr('n').incr('n').exec<[number, number, number]>();
    const rounds = await Promise.all(Array.from({ length: 20 }, incremented));
    for (const [a, b, c] of rounds) expect([b - a, c - b]).toEqual([1, 1]);
  });

  test('is told which command failed', async () => {
    await client.set('text', 'x');
    await expect(client.incr('text')).rejects.toThrow(/not an integer/);
    const results = await client.multi().set('a', 1).incr('text').get('a').exec({ keepErrors: true });
    expect(results.map(({ error }) => error)).toEqual([
      undefined,
      expect.stringMatching(/integer/),
      undefined,
    ]);
    expect(results.at(-1)?.result).toBe(1);
    await expect(client.multi().set('a', 2).exec()).resolves.toEqual(['OK']);
  });

  test('runs scripts that start with a line for Upstash only, by text and by digest', async () => {
    const script = '#!lua flags=allow-key-locking\nreturn {KEYS[1], ARGV[1], 7, false}';
    const created = client.createScript<unknown[]>(script);
    expect(await created.exec(['k'], ['v'])).toEqual(['k', 'v', 7, null]);
    expect(await client.evalsha(created.sha1, ['k'], ['v'])).toEqual(['k', 'v', 7, null]);
    const other = '#!lua flags=allow-key-locking\nreturn 8';
    const digest = await client.scriptLoad(other);
    expect(await client.scriptExists(digest)).toEqual([1]);
    expect(await client.evalsha(digest, [], [])).toBe(8);
    await expect(client.evalsha('0'.repeat(40), [], [])).rejects.toThrow(/NOSCRIPT/);
  });

  test('is refused with a wrong token', async () => {
    const stranger = new Redis({ url: front.url, token: 'wrong', retry: false });
    await expect(stranger.get('k')).rejects.toThrow(/WRONGPASS/);
  });
});

describe('the REST protocol of Upstash', () => {
  test('takes a command as a body or as a path', async () => {
    expect(await post('/', ['SET', 'foo', 'bar', 'EX', 100])).toEqual({
      status: 200,
      body: { result: 'OK' },
    });
    expect(await http('/get/foo')).toEqual({ status: 200, body: { result: 'bar' } });
    expect(await http('/set/a%2Fb?EX=50', { method: 'POST', body: 'value' })).toMatchObject({ status: 200 });
    expect((await http('/ttl/a%2Fb')).body.result).toBeGreaterThan(40);
  });

  test('answers 401, 405 and 400', async () => {
    expect((await http('/get/foo', {}, 'wrong')).status).toBe(401);
    expect((await fetch(`${front.url}/get/foo?_token=${encodeURIComponent(TOKEN)}`)).status).toBe(200);
    expect((await http('/get/foo', { method: 'DELETE' })).status).toBe(405);
    expect(await post('/', ['NOSUCH'])).toMatchObject({ status: 400, body: { error: /unknown command/ } });
    expect((await http('/', { method: 'POST', body: 'no json' })).status).toBe(400);
    expect((await post('/pipeline', ['not', 'nested'])).status).toBe(400);
  });

  test('answers each command of a pipeline, and one error for a discarded transaction', async () => {
    const commands = [
      ['SET', 'a', 'x'],
      ['INCR', 'a'],
      ['GET', 'a'],
    ];
    const answers = [{ result: 'OK' }, { error: expect.stringMatching(/integer/) }, { result: 'x' }];
    expect(await post('/pipeline', commands)).toEqual({ status: 200, body: answers });
    expect(await post('/multi-exec', commands)).toEqual({ status: 200, body: answers });
    const discarded = await post('/multi-exec', [['SET', 'a', 'y'], ['NOSUCH']]);
    expect(discarded).toEqual({ status: 400, body: { error: expect.stringMatching(/^EXECABORT/) } });
    expect((await http('/get/a')).body).toEqual({ result: 'x' });
  });

  test('encodes every string but OK when asked to', async () => {
    await client.rpush('list', 'a', 'b');
    const encoded = { headers: { 'upstash-encoding': 'base64' } };
    expect((await http('/lrange/list/0/-1', encoded)).body).toEqual({ result: ['YQ==', 'Yg=='] });
    expect((await http('/set/a/b', encoded)).body).toEqual({ result: 'OK' });
    expect((await http('/type/a', encoded)).body).toEqual({ result: 'c3RyaW5n' });
    expect((await http('/get/none', encoded)).body).toEqual({ result: null });
  });

  test('does not take commands that would change the shared connection', async () => {
    for (const command of [['MULTI'], ['select', '1'], ['SUBSCRIBE', 'c'], ['BLPOP', 'k', '0']])
      expect(await post('/', command)).toMatchObject({ status: 400, body: { error: /not available/ } });
    expect((await post('/multi-exec', [['SET', 'a', '1'], ['EXEC']])).status).toBe(400);
  });
});

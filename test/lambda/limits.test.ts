/** S08: how often anybody may ask, how fast passwords may be guessed, and what goes on without Redis. */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { startRedis } from '../../scripts/local/servers/redis.ts';
import { startUpstashFront } from '../../scripts/local/servers/upstash.ts';
import { toolsFolder } from '../../scripts/local/settings.ts';
import { closeServer } from '../../scripts/local/triggers/http-server.ts';
import { expectError } from '../functions/answers.ts';
import type { Answer, Json } from '../support/api.ts';
import { type Client, clientAt, ownPlatform } from '../support/own-platform.ts';

const password = 'correct horse battery';
const token = 'of this test';
const dataDir = await mkdtemp(join(tmpdir(), 'bagtracker-limits-'));
const redis = await startRedis({ dataDir, toolsDir: toolsFolder, log: () => undefined });

/** The port stays, so that Redis can go and come back under the functions. */
const startFront = (port?: number) =>
  startUpstashFront({
    redisPort: redis.port,
    token,
    ...(redis.password ? { redisPassword: redis.password } : {}),
    ...(port ? { port } : {}),
  });

let front = await startFront();
const { url, adminToken } = await ownPlatform({
  UPSTASH_REDIS_REST_URL: front.url,
  UPSTASH_REDIS_REST_TOKEN: token,
});

afterAll(async () => {
  await front.stop();
  await redis.stop();
  await rm(dataDir, { recursive: true, force: true });
});

let lastAddress = 1;

/** Somebody at an address that nobody else has. */
const somebody = (): Client => {
  lastAddress += 1;
  return clientAt(url, `127.0.1.${lastAddress}`);
};

const newUser = async (client: Client) => {
  const username = `u${crypto.randomUUID().replaceAll('-', '').slice(0, 20)}`;
  const account = { username, email: `${username}@example.org`, password };
  const signedUp = await client('POST', '/sign-up', { body: account });
  const { status, body } = await client('POST', '/log-in', { body: { username, password } });
  expect([signedUp.status, status]).toEqual([201, 200]);
  return { username, token: body.access_token as string, tokens: body as Json };
};

const times = <T>(count: number, work: (turn: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, turn) => work(turn)));

/** Asks until it is refused; gives every answer, the refusal last. */
const exhaust = async (ask: () => Promise<Answer>): Promise<Answer[]> => {
  const answers: Answer[] = [];
  while (answers.at(-1)?.status !== 429) {
    answers.push(await ask());
    if (answers.length > 100) throw new Error('nothing was refused');
  }
  return answers;
};

const heavy = '/wallet/0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11/import?format=etherscan&chain_id=1';

const recalculation = '/balance/recalculate/wallet/0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11';

describe('limits on requests', () => {
  test('are told with every answer, and count down', async () => {
    const client = somebody();
    const user = await newUser(client);
    const ask = () => client('GET', `/user/${user.username}`, { token: user.token });
    const [first, second] = [await ask(), await ask()];
    const remaining = ({ headers }: typeof first) => Number(headers.get('ratelimit-remaining'));
    expect(first.headers.get('ratelimit-limit')).toBe('1200');
    expect(remaining(first)).toBe(1199);
    expect(remaining(second)).toBeGreaterThanOrEqual(1198);
    expect(Number(second.headers.get('ratelimit-reset'))).toBeLessThanOrEqual(60);
    const refused = await client('GET', '/user/nobodyhasthisname', { token: user.token });
    expect([refused.status, remaining(refused)]).toEqual([404, expect.any(Number)]);
  });

  test('end at their number, for a user, a class and a while, and say how long', async () => {
    const client = somebody();
    const [user, other] = [await newUser(client), await newUser(somebody())];
    const answers = await exhaust(() => client('POST', heavy, { token: user.token, body: {} }));
    expect(answers.length).toBeGreaterThan(20);
    const refused = answers.slice(-1);
    for (const answer of refused) {
      expectError(answer, 429, 'RateLimitError', /try again in \d+ seconds/);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(answer.headers.get('ratelimit-remaining')).toBe('0');
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    }
    expect((await client('GET', `/user/${user.username}`, { token: user.token })).status).toBe(200);
    expect((await client('POST', heavy, { token: other.token, body: {} })).status).toBe(400);
  });

  test('let one more in after as long as they said', async () => {
    const client = somebody();
    const user = await newUser(client);
    const ask = () => client('POST', heavy, { token: user.token, body: {} });
    const refused = (await exhaust(ask)).at(-1);
    await sleep(Number(refused?.headers.get('retry-after')) * 1000);
    expect((await ask()).status).toBe(400);
  });

  test('count strangers by where they come from, guesses at the administrator among them', async () => {
    const stranger = somebody();
    const statuses = (
      await exhaust(() => stranger('POST', recalculation, { headers: { 'x-auth-token': 'a guess' } }))
    ).map(({ status }) => status);
    expect(statuses.length).toBeGreaterThan(30);
    expect(new Set(statuses)).toEqual(new Set([403, 429]));
    const headers = { 'x-auth-token': adminToken };
    expectError(await somebody()('POST', recalculation, { headers }), 404, 'WalletError');
  });
});

describe('guessing a password', () => {
  const logIn = (client: Client, username: string, guess: string) =>
    client('POST', '/log-in', { body: { username, password: guess } });

  test('is slowed down after five failures, more each time, though the next guess be right', async () => {
    const { username } = await newUser(somebody());
    const thief = somebody();
    for (let turn = 0; turn < 5; turn += 1) expect((await logIn(thief, username, 'wrong')).status).toBe(400);
    const early = await logIn(thief, username, password);
    expectError(early, 429, 'RateLimitError');
    expect(early.headers.get('retry-after')).toBe('1');
    await sleep(1_050);
    expect((await logIn(thief, username, 'wrong')).status).toBe(400);
    expect((await logIn(thief, username, password)).headers.get('retry-after')).toBe('2');
    // Its owner, elsewhere, is not kept out.
    expect((await logIn(somebody(), username, password)).status).toBe(200);
    await sleep(2_050);
    expect((await logIn(thief, username, password)).status).toBe(200);
    // The count starts anew after a success.
    expect((await logIn(thief, username, 'wrong')).status).toBe(400);
    expect((await logIn(thief, username, password)).status).toBe(200);
  });

  test('of an unknown name is slowed down alike', async () => {
    const thief = somebody();
    for (let turn = 0; turn < 5; turn += 1) await logIn(thief, 'nobodyhasthisname', 'wrong');
    expectError(await logIn(thief, 'nobodyhasthisname', 'wrong'), 429, 'RateLimitError');
  });

  test('many at once does not slip through', async () => {
    const { username } = await newUser(somebody());
    const thief = somebody();
    const answers = await times(20, (turn) => logIn(thief, username, `guess ${turn}`));
    const heard = answers.filter(({ status }) => status === 400).length;
    expect(heard).toBeGreaterThanOrEqual(5);
    // A slow machine may take the second, or the three, after which one more is heard.
    expect(heard).toBeLessThanOrEqual(8);
    // It may take Redis for gone, too, and then hears nobody.
    const others = answers.filter(({ status }) => status === 429 || status === 503);
    expect(others).toHaveLength(20 - heard);
  });

  test('by changing the password is slowed down too', async () => {
    const client = somebody();
    const user = await newUser(client);
    const guess = (turn: number) =>
      client('POST', `/user/${user.username}/password`, {
        token: user.token,
        body: { current_password: `guess ${turn}`, new_password: 'another horse battery' },
      });
    const statuses = [];
    for (let turn = 0; turn < 6; turn += 1) statuses.push((await guess(turn)).status);
    expect(statuses).toEqual([400, 400, 400, 400, 400, 429]);
  });
});

describe('without Redis', () => {
  const port = () => Number(new URL(front.url).port);

  /** Reads and writes go on; whatever checks a password does not; and the health check says why. */
  const expectToGoOn = async (client: Client, user: Awaited<ReturnType<typeof newUser>>) => {
    const read = await client('GET', `/user/${user.username}`, { token: user.token });
    expect(read.status).toBe(200);
    expect(read.headers.get('ratelimit-limit')).toBeNull();
    const written = await client('POST', '/wallet', { token: user.token, body: { name: 'Main' } });
    expect(written.status).toBe(201);
    for (const [path, body] of [
      ['/log-in', { username: user.username, password }],
      ['/sign-up', { username: `x${user.username}`, email: 'x@example.org', password }],
    ] as const) {
      const closed = await client('POST', path, { body });
      expectError(closed, 503, 'ServiceUnavailable', /Signing in is closed/);
      expect(closed.headers.get('retry-after')).toBe('5');
    }
    const health = await client('GET', '/healthcheck');
    expect(health).toMatchObject({ status: 200, body: { status: 'degraded', redis: 'down' } });
  };

  test('that is gone, and when it is back', async () => {
    const client = somebody();
    const user = await newUser(client);
    const kept = port();
    await front.stop();
    try {
      await expectToGoOn(client, user);
      const refreshed = await client('POST', '/token/refresh', {
        body: { refresh_token: user.tokens.refresh_token },
      });
      expect(refreshed.status).toBe(200);
    } finally {
      front = await startFront(kept);
    }
    await sleep(5_100);
    const back = await client('POST', '/log-in', { body: { username: user.username, password } });
    expect(back.status).toBe(200);
    expect((await client('GET', '/healthcheck')).body).toMatchObject({ status: 'healthy', redis: 'up' });
  });

  test('that takes forever', async () => {
    const client = somebody();
    const user = await newUser(client);
    const kept = port();
    await front.stop();
    const silent = createServer(() => undefined).listen(kept, '127.0.0.1');
    try {
      const started = performance.now();
      await client('GET', `/user/${user.username}`, { token: user.token });
      expect(performance.now() - started).toBeLessThan(10_000);
      await expectToGoOn(client, user);
    } finally {
      silent.closeAllConnections();
      await closeServer(silent, 1);
      front = await startFront(kept);
    }
  });
});

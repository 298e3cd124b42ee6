/** R12: PostgreSQL is killed in the middle of writes, as a whole or one of its processes. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterAll, expect, test, vi } from 'vitest';
import { db as connectDb } from '#shared/adapters/db/client.ts';
import { scaleOf } from '#shared/domain/lot.ts';
import { type Postgres, startPostgres } from '../../scripts/local/servers/postgres.ts';
import { toolsFolder } from '../../scripts/local/settings.ts';
import { type Answer, newUser, newWallet, request, type TestUser } from '../support/api.ts';
import { openDatabase } from '../support/database.ts';
import { type Desk, figuresOf } from '../support/histories.ts';
import { ownPlatform } from '../support/own-platform.ts';
import { steadyPort } from '../support/proxies.ts';
import { brokenRows } from '../support/stored-ledger.ts';
import { usePlatform } from '../support/the-platform.ts';

const folder = await mkdtemp(join(tmpdir(), 'bagtracker-killed-'));
const start = () =>
  startPostgres({ dataDir: join(folder, 'postgres'), toolsDir: toolsFolder, log: () => undefined });
let postgres: Postgres = await start();
// A server comes back on another port here; that of a real one stays.
const front = await steadyPort(() => postgres.port);
const url = new URL(postgres.url);
url.port = String(front.port);
afterAll(async () => {
  await front.stop();
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
});
const platform = await ownPlatform({ DATABASE_URL: url.href, RATE_LIMIT_FACTOR: '1000000' });
usePlatform(platform);
const { pool, rows } = openDatabase(url.href);

interface Person {
  user: TestUser;
  wallets: string[];
}

const at = (minute: number): string => new Date(Date.UTC(2024, 0, 1, 0, minute)).toISOString();

/** Two wallets with enough of everything, so that the writes that follow may come in any order. */
const newPerson = async (): Promise<Person> => {
  const user = await newUser();
  const wallets = [(await newWallet(user)).uuid, (await newWallet(user)).uuid];
  for (const wallet_uuid of wallets) {
    const body = entry(wallet_uuid, 'BUY', 0, '1000');
    expect((await request('POST', '/transaction', { token: user.token, body })).status).toBe(201);
  }
  return { user, wallets };
};

const entry = (
  wallet_uuid: string | undefined,
  transaction_type: string,
  minute: number,
  amount: string,
) => ({
  ...{ wallet_uuid, chain_id: 1, transaction_type, amount, timestamp: at(minute) },
  ...{ price_usd: String(100 + minute), fee_usd: '0.1' },
});

const count = 36;

/** Buys, sells, and own transfers, which are two entries of one request; no two at the same time. */
const writes = ({ wallets }: Person) =>
  Array.from({ length: count }, (_, place) => {
    const [here, there] = place % 2 ? wallets : wallets.toReversed();
    const minute = ((place * 7) % count) * 2 + 1;
    const amount = `${place + 1}.25`;
    if (place % 3 > 0) return [entry(here, place % 3 > 1 ? 'SELL' : 'BUY', minute, amount)];
    const transaction_hash = `0x${String(place).padStart(64, '0')}`;
    return [
      { ...entry(here, 'TRANSFER_OUT', minute, amount), transaction_hash },
      { ...entry(there, 'TRANSFER_IN', minute + 1, amount), transaction_hash },
    ];
  }).map((transactions) => ({ key: randomUUID(), transactions }));

type Write = ReturnType<typeof writes>[number];

const send = ({ user }: Person, { key, transactions }: Write): Promise<Answer> =>
  request('POST', '/transaction/bulk', {
    token: user.token,
    body: { transactions },
    headers: { 'idempotency-key': key },
  });

/** Sends writes, six at a time, and gives their answers in order. */
const sendAll = async (person: Person, all: readonly Write[], answered: () => void = () => undefined) => {
  const answers: Answer[] = [];
  let next = 0;
  const lane = async () => {
    for (let place = next++; place < all.length; place = next++) {
      const write = all[place];
      if (write) answers[place] = await send(person, write);
      answered();
    }
  };
  await Promise.all([1, 2, 3, 4, 5, 6].map(lane));
  return answers;
};

const deskOf = async ({ user }: Person): Promise<Desk> => {
  const own = 'SELECT id FROM users WHERE uuid = $1';
  const of = (text: string) => rows(text, [user.uuid]);
  const balances = await of(`SELECT * FROM balances WHERE user_id = (${own}) ORDER BY wallet_id`);
  const events = await of(
    `SELECT id FROM transactions WHERE user_id = (${own}) ORDER BY "timestamp", wallet_id`,
  );
  return {
    shelf: {
      userId: BigInt(balances[0]?.user_id),
      userUuid: user.uuid,
      token: {},
      scale: scaleOf(18),
      balances: new Map(balances.map((balance, place) => [place + 1, balance])),
    },
    ids: new Map(events.map(({ id }, place) => [place + 1, Number(id)])),
  };
};

/** The reads of a test wait for the server like everybody else. */
const untilBack = async (): Promise<void> => {
  for (;;) {
    const isBack = await pool.query('SELECT 1').then(
      () => true,
      () => false,
    );
    if (isBack) return;
    await sleep(20);
  }
};

const postmaster = async (): Promise<number> =>
  Number((await readFile(join(folder, 'postgres/data/postmaster.pid'), 'utf8')).split('\n')[0]);

const crashes = {
  'the server': async () => {
    process.kill(await postmaster(), 'SIGKILL');
    await sleep(300);
    await postgres.stop();
    postgres = await start();
  },
  // The others are ended by the server then, which recovers by itself.
  'the process of one connection': async () => {
    const [backend] = await rows(`SELECT pid FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'bagtracker' AND pid <> pg_backend_pid() LIMIT 1`);
    process.kill(backend?.pid, 'SIGKILL');
  },
};

test.each(['the server', 'the process of one connection'] as const)('R12: kill -9 of %s', async (victim) => {
  const calm = await newPerson();
  for (const write of writes(calm)) expect((await send(calm, write)).status).toBe(201);
  const person = await newPerson();
  const [first, ...others] = writes(person);
  if (!first) throw new Error('no writes');
  const all = [first, ...others];
  let answers = 0;
  let crash: Promise<unknown> | undefined;
  const before = await sendAll(person, all, () => {
    answers += 1;
    if (answers === Math.floor(count / 3)) crash = crashes[victim]();
  });
  await crash;
  for (const { status, headers } of before) {
    expect([201, 503]).toContain(status);
    if (status === 503) expect(headers.get('retry-after')).toBe('5');
  }
  const refused = before.filter(({ status }) => status === 503).length;
  expect(refused).toBeGreaterThan(0);
  expect(refused).toBeLessThan(count);
  await untilBack();
  const back = performance.now();
  await vi.waitFor(async () => expect((await send(person, first)).status).toBe(201), 5_000);
  expect(performance.now() - back).toBeLessThan(5_000);
  // What was answered stands, what was not is there as a whole or not at all.
  const desk = await deskOf(person);
  expect(await brokenRows(pool, desk.shelf)).toEqual([]);
  const recorded = await rows('SELECT uuid FROM transactions WHERE user_id = $1', [desk.shelf.userId]);
  const uuids = new Set(recorded.map(({ uuid }) => uuid));
  for (const { status, body } of before)
    if (status === 201) for (const { uuid } of body.items) expect(uuids).toContain(uuid);
  const after = await sendAll(person, all);
  expect(after.map(({ status }) => status)).toEqual(all.map(() => 201));
  for (const [place, { status, body }] of before.entries())
    if (status === 201) expect(after[place]?.body).toEqual(body);
  expect(await figuresOf(pool, await deskOf(person))).toEqual(await figuresOf(pool, await deskOf(calm)));
});

test('R12: a connection that ends at BEGIN is not waited for ever after', async () => {
  vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', platform.secretsManagerEndpoint);
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'local-api');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
  vi.stubEnv('DATABASE_SECRET_ID', 'bagtracker/database');
  const open = await connectDb();
  await open.execute(sql`SELECT 1`);
  front.cut();
  await expect(open.transaction(async () => undefined)).rejects.toThrow('begin');
  const started = performance.now();
  expect((await (await connectDb()).execute(sql`SELECT 1 AS one`)).rows).toEqual([{ one: 1 }]);
  expect(performance.now() - started).toBeLessThan(1_000);
});

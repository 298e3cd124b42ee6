/** Writers that end at any moment, and clients that do not hear what they were answered. */
import { randomUUID } from 'node:crypto';
import { GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { sweepOutbox } from '#shared/contract/schedules.ts';
import { createTransaction } from '#shared/contract/transactions.ts';
import { specOf } from '../../scripts/local/lambda/catalog.ts';
import { functionVariables } from '../../scripts/local/lambda/function-variables.ts';
import { gatewayEvent } from '../../scripts/local/triggers/gateway-event.ts';
import { balancesOf, invoke, type Json, newUser, newWallet, request, type TestUser } from '../support/api.ts';
import { openDatabase } from '../support/database.ts';
import { killAtEvery } from '../support/doomed.ts';
import type { TestPlatform } from '../support/global-setup.ts';
import { ownPlatform } from '../support/own-platform.ts';
import { cuttingProxy } from '../support/proxies.ts';
import { usePlatform } from '../support/the-platform.ts';

// Of its own: sweeps that die would keep the messages of other test files.
const platform = await ownPlatform({ INLINE_REPLAY_LIMIT: '0', RATE_LIMIT_FACTOR: '1000000' });
usePlatform(platform);
const { rows, pool } = openDatabase(platform.databaseUrl);

let user: TestUser;

/** The variables that the platform gives a function. */
const variablesOf = async ({ sqsEndpoint: sqs, secretsManagerEndpoint: secretsManager }: TestPlatform) => {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new SQSClient({ endpoint: sqs, region: 'us-east-1', credentials });
  const name = new GetQueueUrlCommand({ QueueName: 'bagtracker-recalculate-balance.fifo' });
  const { pathname } = new URL((await client.send(name)).QueueUrl ?? '');
  const queue = { url: new URL(pathname, sqs).href, arn: '', dlqUrl: '' };
  return (functionId: string) =>
    functionVariables(specOf(functionId), {
      aws: { sqs, secretsManager, kms: secretsManager },
      queues: { 'recalculate-balance': queue },
      version: 'of this test',
      env: { LOG_LEVEL: 'silent', INLINE_REPLAY_LIMIT: '0', RATE_LIMIT_FACTOR: '1000000' },
    });
};

let variables: Awaited<ReturnType<typeof variablesOf>>;

beforeAll(async () => {
  user = await newUser();
  variables = await variablesOf(platform);
});

const purchase = (wallet: Json) => ({
  ...{ wallet_uuid: wallet.uuid, chain_id: 1, transaction_type: 'BUY', amount: '2' },
  ...{ price_usd: '100', fee_usd: '0.5', timestamp: '2024-01-01T00:00:00Z' },
});

const postEvent = (body: unknown, key: string) =>
  gatewayEvent({
    endpoint: createTransaction,
    url: createTransaction.path,
    params: {},
    headers: {
      authorization: [`Bearer ${user.token}`],
      'content-type': ['application/json'],
      'idempotency-key': [key],
    },
    body: Buffer.from(JSON.stringify(body)),
    sourceIp: '127.0.0.1',
    now: new Date(),
  });

const post = (body: unknown, key: string) =>
  request('POST', createTransaction.path, { token: user.token, body, headers: { 'idempotency-key': key } });

interface Attempt {
  wallet: Json;
  key: string;
}

const recorded = ({ wallet }: Attempt) =>
  rows(
    `SELECT transactions.uuid, dirty_since, outbox.uuid AS message, sent_at, claimed_at
     FROM transactions JOIN wallets ON wallets.id = wallet_id JOIN balances ON balances.id = balance_id
     LEFT JOIN outbox ON outbox.body ->> 'balance_uuid' = balances.uuid::text
     WHERE wallets.uuid = $1`,
    [wallet.uuid],
  );

const age = (column: 'created_at' | 'claimed_at') =>
  pool.query(`UPDATE outbox SET ${column} = now() - interval '6 seconds' WHERE sent_at IS NULL`);

const sweep = () => invoke(`schedules/${sweepOutbox.id}`, { scheduled_time: '2024-01-01T00:00:00Z' });

const expectCurrent = async ({ wallet }: Attempt): Promise<void> => {
  await vi.waitFor(
    async () =>
      expect(await balancesOf(user, wallet)).toMatchObject([
        { amount: '2', cost_basis_usd: '200.5', state: 'current', shortfall: '0' },
      ]),
    { timeout: 10_000, interval: 50 },
  );
};

describe('a request whose function dies', () => {
  const attempts = new Map<number, Attempt>();
  const unsent: Attempt[] = [];

  test('R02, R11: at any moment has its effect with its message, or neither; sent again it has it once', async () => {
    let stored = 0;
    const deaths = await killAtEvery(
      async (dieAt) => {
        const attempt = { wallet: await newWallet(user), key: randomUUID() };
        attempts.set(dieAt, attempt);
        const { wallet, key } = attempt;
        return {
          functionId: `http/${createTransaction.id}`,
          variables: variables(`http/${createTransaction.id}`),
          warmUps: [postEvent({}, key)],
          event: postEvent(purchase(wallet), key),
        };
      },
      async (dieAt) => {
        const attempt = attempts.get(dieAt);
        if (!attempt) throw new Error('no attempt');
        const before = await recorded(attempt);
        expect(before.length).toBeLessThan(2);
        expect(before.every(({ message }) => message !== null)).toBe(true);
        if (before[0]?.sent_at === null) unsent.push(attempt);
        const again = await post(purchase(attempt.wallet), attempt.key);
        expect(again.status).toBe(201);
        if (before[0]) {
          stored += 1;
          expect(again.body.uuid).toBe(before[0].uuid);
        }
        expect(await recorded(attempt)).toMatchObject([{ uuid: again.body.uuid }]);
      },
    );
    expect(stored).toBeGreaterThan(1);
    expect(deaths - stored).toBeGreaterThan(5);
  }, 180_000);

  test('R03: between its COMMIT and its message leaves the message to a sweep, which comes within 65 seconds', async () => {
    expect(unsent.length).toBeGreaterThan(1);
    // A sweep a minute, of what has waited for five seconds.
    expect(sweepOutbox.cron).toEqual({ minute: '*' });
    const messages = (await Promise.all(unsent.map(recorded))).flat();
    const isClaimed = messages.filter(({ claimed_at }) => claimed_at !== null);
    expect([isClaimed.length > 0, isClaimed.length < messages.length]).toEqual([true, true]);
    await age('created_at');
    await age('claimed_at');
    await sweep();
    for (const attempt of unsent) {
      expect(await recorded(attempt)).toMatchObject([{ sent_at: expect.any(Date) }]);
      await expectCurrent(attempt);
    }
  });

  test('R02: leaves nothing unsent and nothing dirty in the end, and every wallet the same', async () => {
    await age('created_at');
    await age('claimed_at');
    await sweep();
    const figures = await rows('SELECT FROM outbox WHERE sent_at IS NULL');
    expect(figures).toEqual([]);
    const [complete] = attempts.values();
    if (complete) await post(purchase(complete.wallet), complete.key);
    for (const attempt of attempts.values())
      if ((await recorded(attempt)).length > 0) await expectCurrent(attempt);
    const lots = await rows(
      `SELECT count(*), array_agg(DISTINCT
         trim_scale(unit_price_usd * raw_amount * 0.000000000000000001 + lump_usd)::text) AS costs FROM lots JOIN wallets
         ON wallets.id = (SELECT wallet_id FROM balances WHERE balances.id = balance_id)
       WHERE wallets.uuid = ANY($1) GROUP BY wallets.id`,
      [[...attempts.values()].map(({ wallet }) => wallet.uuid)],
    );
    expect(lots.length).toBeGreaterThan(10);
    expect(new Set(lots.map(({ count, costs }) => `${count} at ${costs}`))).toEqual(new Set(['1 at 200.5']));
  });
});

test('R02: a sweep that dies before or after it has sent is done again by the next, and nothing is lost', async () => {
  const attempts: Attempt[] = [];
  for (let one = 0; one < 12; one += 1) {
    const attempt = { wallet: await newWallet(user), key: randomUUID() };
    attempts.push(attempt);
    await post(purchase(attempt.wallet), attempt.key);
  }
  const deaths = await killAtEvery(async () => {
    await pool.query(`UPDATE outbox SET sent_at = NULL, created_at = now() - interval '1 minute',
      claimed_at = now() - interval '1 minute'`);
    return {
      functionId: `schedules/${sweepOutbox.id}`,
      variables: variables(`schedules/${sweepOutbox.id}`),
      warmUps: [],
      event: { scheduled_time: '2024-01-01T00:00:00Z' },
    };
  });
  expect(deaths).toBeGreaterThan(5);
  await age('claimed_at');
  await sweep();
  expect(await rows('SELECT FROM outbox WHERE sent_at IS NULL')).toEqual([]);
  for (const attempt of attempts) await expectCurrent(attempt);
}, 180_000);

test('R11: a client whose answer was cut off, or came too late, gets the stored one when it asks again', async () => {
  const proxy = await cuttingProxy(platform.url);
  const attempt = { wallet: await newWallet(user), key: randomUUID() };
  const body = JSON.stringify(purchase(attempt.wallet));
  const ask = (url: string) =>
    fetch(url + createTransaction.path, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${user.token}`,
        'content-type': 'application/json',
        'idempotency-key': attempt.key,
      },
      body,
    });
  proxy.cut(1);
  await expect(ask(proxy.url)).rejects.toThrow();
  const [first, second] = [await ask(proxy.url), await ask(platform.url)];
  expect([first.status, second.status]).toEqual([201, 201]);
  const answers = [await first.text(), await second.text()];
  expect(answers[0]).toBe(answers[1]);
  expect(await recorded(attempt)).toMatchObject([{ uuid: JSON.parse(answers[0] ?? '').uuid }]);
  expect(proxy.answered).toHaveLength(1 + 1);
});

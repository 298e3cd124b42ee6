/** R04: the queue took messages, and its answer was lost on the way. */
import { expect, test } from 'vitest';
import { insertOutbox } from '#shared/adapters/db/outbox.ts';
import { recalculateBalance } from '#shared/contract/messages.ts';
import { sweepOutbox } from '#shared/contract/schedules.ts';
import { insertChain, ownDatabase, type Row } from '../support/database.ts';
import { runDoomed } from '../support/doomed.ts';
import { arrive, calmRun, figuresOf, historyOf, newDesk } from '../support/histories.ts';
import { cuttingProxy } from '../support/proxies.ts';
import { workAt, workersOf } from '../support/workers.ts';

const { url, pool, db, rows } = await ownDatabase();

const variablesOf = await workersOf(url);
const chain = await insertChain(pool);

const isBatch = (headers: Record<string, unknown>) =>
  headers['x-amz-target'] === 'AmazonSQS.SendMessageBatch';

/** Announced changes of a user, as a crash leaves them, and a sweep whose way to the queue can be cut. */
const announced = async (seed: number) => {
  const history = historyOf(seed);
  const desk = await newDesk(pool, chain, history);
  for (const balance_uuid of await arrive(pool, desk, history.events, history)) {
    const { userId, userUuid: groupId } = desk.shelf;
    await insertOutbox(db, { userId, message: recalculateBalance.id, groupId, bodies: [{ balance_uuid }] });
  }
  const age = () =>
    pool.query(`UPDATE outbox SET created_at = now() - interval '6 seconds',
      claimed_at = CASE WHEN claimed_at IS NOT NULL THEN now() - interval '6 seconds' END`);
  const delivered: string[] = [];
  const wire = await workAt(variablesOf, async ({ event, run }) => {
    delivered.push(...event.Records.map(({ attributes }) => attributes.MessageDeduplicationId ?? ''));
    return run();
  });
  const proxy = await cuttingProxy(wire.url, isBatch);
  const sweep = async () => {
    await age();
    const event = { scheduled_time: '2024-01-01T00:00:00Z' };
    const variables = variablesOf(proxy.url, proxy.url + new URL(wire.queue.url).pathname);
    return runDoomed({ functionId: `schedules/${sweepOutbox.id}`, variables, warmUps: [], event });
  };
  const own = async () =>
    (await rows('SELECT uuid, sent_at FROM outbox WHERE user_id = $1', [desk.shelf.userId])) as Row[];
  const expectOneEffect = async () => {
    await wire.start().drained();
    expect(delivered.toSorted()).toEqual((await own()).map(({ uuid }) => uuid).toSorted());
    expect(await figuresOf(pool, desk)).toEqual(await calmRun(pool, chain, history));
  };
  return { proxy, sweep, own, expectOneEffect };
};

test('R04: once, the client sends again under the same ids, and each message is delivered once', async () => {
  const { proxy, sweep, own, expectOneEffect } = await announced(41);
  proxy.cut(1);
  expect((await sweep())?.answer).toEqual({ sent: (await own()).length });
  expect(proxy.answered).toHaveLength(2);
  expect((await own()).every(({ sent_at }) => sent_at !== null)).toBe(true);
  await expectOneEffect();
});

test('R04: every time, the next sweep sends again under the same ids, and each message is delivered once', async () => {
  const { proxy, sweep, own, expectOneEffect } = await announced(42);
  proxy.cut(100);
  await expect(sweep()).rejects.toThrow('schedule sweep-outbox failed');
  expect(proxy.answered.length).toBeGreaterThan(1);
  expect((await own()).every(({ sent_at }) => sent_at === null)).toBe(true);
  proxy.cut(0);
  expect((await sweep())?.answer).toEqual({ sent: (await own()).length });
  await expectOneEffect();
});

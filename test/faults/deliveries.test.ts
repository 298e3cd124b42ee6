/** What a queue may do to messages: repeat, reorder and overlap them. The end is that of one calm run, bit by bit. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { lockLedgers } from '#shared/adapters/db/ledger-units.ts';
import { insertChain, ownDatabase } from '../support/database.ts';
import {
  arrive,
  calmRun,
  type Desk,
  figuresOf,
  historyOf,
  newDesk,
  randomHistory,
} from '../support/histories.ts';
import type { RandomLedger } from '../support/ledger-arbitraries.ts';
import { brokenRows } from '../support/stored-ledger.ts';
import { eventOf, messageFor, type Sent, workAt, workersOf } from '../support/workers.ts';

const { url, pool, db, rows } = await ownDatabase();

const variablesOf = await workersOf(url);
const chain = await insertChain(pool);

const expectCalm = async (desk: Desk, calm: readonly string[]): Promise<void> => {
  expect(await figuresOf(pool, desk)).toEqual(calm);
  expect(await brokenRows(pool, desk.shelf)).toEqual([]);
};

/** A user whose history is written, and what a calm run makes of it. */
const dirtyDesk = async (history: RandomLedger) => {
  const desk = await newDesk(pool, chain, history);
  const balances = await arrive(pool, desk, history.events, history);
  return { desk, messages: balances.map((uuid) => messageFor(desk.shelf.userUuid, uuid)) };
};

test('R01: messages that come one to four times, late, in any order and to several workers at once', async () => {
  const wire = await workAt(variablesOf, ({ run }) => run(), { batchSize: 2 });
  const sources = wire.start();
  const chance = fc.record({
    history: randomHistory,
    portion: fc.integer({ min: 2, max: 6 }),
    times: fc.infiniteStream(fc.integer({ min: 1, max: 4 })),
    places: fc.infiniteStream(fc.nat()),
    groups: fc.infiniteStream(fc.nat(2)),
  });
  await fc.assert(
    fc.asyncProperty(chance, async ({ history, portion, times, places, groups }) => {
      const next = (stream: Stream) => stream.next().value ?? 1;
      const desk = await newDesk(pool, chain, history);
      const late: Sent[] = [];
      const send = async (count: number) => {
        while (late.length > count) {
          const [message] = late.splice(next(places) % late.length, 1);
          if (message) await wire.deliver([message]);
        }
      };
      for (let start = 0; start < history.events.length; start += portion) {
        const events = history.events.slice(start, start + portion);
        for (const uuid of await arrive(pool, desk, events, history)) {
          // Groups are what keeps one user's messages apart; here they do not.
          for (let time = next(times); time > 0; time -= 1)
            late.push(messageFor(`${desk.shelf.userUuid}-${next(groups)}`, uuid));
        }
        await send(4);
      }
      await send(0);
      await sources.drained();
      await expectCalm(desk, await calmRun(pool, chain, history));
    }),
    { numRuns: 6, endOnFailure: true },
  );
}, 180_000);

type Stream = Iterator<number>;

test('R05: two consumers of one message at once, for the first is longer than its visibility', async () => {
  const history = historyOf(5);
  const { desk, messages } = await dirtyDesk(history);
  const wire = await workAt(variablesOf);
  const attributes = { VisibilityTimeout: '1' };
  await wire.sqs.send(new SetQueueAttributesCommand({ QueueUrl: wire.queue.url, Attributes: attributes }));
  // Both workers are there already: the first waits ten seconds for the lock, no longer.
  await Promise.all([1, 2].map(() => wire.invoke(eventOf([messageFor('nobody', randomUUID())]))));
  const sources = wire.start();
  await db.transaction(async (tx) => {
    await lockLedgers(tx, desk.shelf.userId);
    await wire.deliver(messages.slice(0, 1));
    await vi.waitFor(
      async () => {
        const waiting = await rows(`SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = database
          WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted`);
        expect(waiting.length).toBeGreaterThan(1);
      },
      { timeout: 8_000, interval: 50 },
    );
  });
  await sources.drained();
  await wire.deliver(messages);
  await sources.drained();
  await expectCalm(desk, await calmRun(pool, chain, history));
});

test('R06: a message whose deletion comes too late is delivered again, and changes nothing', async () => {
  const history = historyOf(6);
  const { desk, messages } = await dirtyDesk(history);
  let deliveries = 0;
  const after: string[][] = [];
  const wire = await workAt(variablesOf, async ({ run }) => {
    deliveries += 1;
    const isFirst = deliveries === 1;
    const answer = await run();
    after.push(await figuresOf(pool, desk));
    // The work is done and its message visible again before the mapping deletes it with a handle that has expired.
    if (isFirst) await vi.waitFor(() => expect(deliveries).toBeGreaterThan(1), 8_000);
    return answer;
  });
  const attributes = { VisibilityTimeout: '1' };
  await wire.sqs.send(new SetQueueAttributesCommand({ QueueUrl: wire.queue.url, Attributes: attributes }));
  const sources = wire.start();
  await wire.deliver(messages);
  await sources.drained();
  expect(deliveries).toBeGreaterThan(1);
  // The queue keeps the order of a user: what comes second is what came first.
  expect(after[1]).toEqual(after[0]);
  await expectCalm(desk, await calmRun(pool, chain, history));
});

test('R07: a message that never succeeds rests after five deliveries; nobody else waits for it', async () => {
  const [poisoned, free] = [await dirtyDesk(historyOf(7)), await dirtyDesk(historyOf(8))];
  const group = poisoned.desk.shelf.userUuid;
  const receives: string[] = [];
  const wire = await workAt(variablesOf, async ({ event, run, retrySoon }) => {
    const answer = await run();
    for (const record of event.Records) {
      if (!answer.batchItemFailures.some(({ itemIdentifier }) => itemIdentifier === record.messageId))
        continue;
      if (record.body === 'poison') receives.push(record.attributes.ApproximateReceiveCount);
      await retrySoon(record);
    }
    return answer;
  });
  await wire.deliver([{ group, body: 'poison' }, ...poisoned.messages, ...free.messages]);
  const sources = wire.start();
  const calm = await calmRun(pool, chain, historyOf(8));
  await vi.waitFor(async () => expect(await figuresOf(pool, free.desk)).toEqual(calm), 8_000);
  expect(receives.length).toBeLessThan(4);
  const untouched = await rows('SELECT FROM lots WHERE user_id = $1', [poisoned.desk.shelf.userId]);
  expect(untouched).toEqual([]);
  await sources.drained();
  await sleep(50);
  expect(receives).toEqual(['1', '2', '3', '4', '5']);
  expect(await wire.setAside()).toEqual(['poison']);
  await expectCalm(poisoned.desk, await calmRun(pool, chain, historyOf(7)));
});

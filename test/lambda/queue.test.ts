/** The wrapper of queue consumers: what goes back to the queue, what goes on, and in which order. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { SQSRecord } from 'aws-lambda';
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import type { Db } from '#shared/adapters/db/client.ts';
import { markHandled } from '#shared/adapters/db/outbox.ts';
import { delayRedelivery } from '#shared/adapters/queue.ts';
import { queue } from '#shared/lambda/queue.ts';
import { mapping, messageOf } from '../platform/queue-fixture.ts';
import { openDatabase } from '../support/database.ts';
import { captureLog, coded } from '../support/wrapped.ts';

const { db } = openDatabase();

const surroundings = vi.hoisted(() => ({ db: undefined as unknown }));

vi.mock('#shared/adapters/db/client.ts', async (original) => ({
  ...(await original<object>()),
  db: () => Promise.resolve(surroundings.db),
}));

vi.mock('#shared/adapters/queue.ts', () => ({ delayRedelivery: vi.fn() }));
vi.mock('#shared/adapters/db/outbox.ts', () => ({ markHandled: vi.fn() }));

const delays = vi.mocked(delayRedelivery);
const handled = vi.mocked(markHandled);

beforeEach(() => {
  surroundings.db = db;
  delays.mockReset().mockResolvedValue(undefined);
  handled.mockReset().mockResolvedValue(undefined);
});

const Body = z.strictObject({ text: z.string() });
const declared = { ...messageOf({ id: 'things', maxReceives: 5 }), schema: Body };

const record = (group: string, text: string, receives = 1, body = JSON.stringify({ text })): SQSRecord => ({
  messageId: `${group}-${text}`,
  receiptHandle: `handle of ${group}-${text}`,
  body,
  attributes: {
    ApproximateReceiveCount: String(receives),
    MessageGroupId: group,
    SentTimestamp: '0',
    SenderId: '',
    ApproximateFirstReceiveTimestamp: '0',
  },
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: 'arn',
  awsRegion: 'us-east-1',
});

/** A consumer that fails for some texts, and what it did. */
const consumer = (...failing: string[]) => {
  const begun: string[] = [];
  const done: string[] = [];
  const handler = queue(declared, async ({ body }) => {
    begun.push(body.text);
    await new Promise((resolve) => setImmediate(resolve));
    if (failing.includes(body.text)) throw new Error('hunter2');
    done.push(body.text);
  });
  const run = async (...records: SQSRecord[]) =>
    (await handler({ Records: records })).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  return { run, begun, done };
};

describe('a batch', () => {
  test('that succeeds gives nothing back', async () => {
    const log = captureLog();
    const { run, done } = consumer();
    expect(await run(record('a', '1'), record('b', '1'), record('a', '2'))).toEqual([]);
    expect(done.sort()).toEqual(['1', '1', '2']);
    expect(delays).not.toHaveBeenCalled();
    expect(log.lines().every(({ level, queue }) => level === 'info' && queue === 'things')).toBe(true);
  });

  test('of nothing is nothing', async () => {
    expect(await consumer().run()).toEqual([]);
  });

  test('keeps the order within a group', async () => {
    captureLog();
    const { run, begun, done } = consumer();
    const texts = ['3', '1', '2', '5', '4'];
    await run(...texts.map((text) => record('a', text)));
    expect([begun, done]).toEqual([texts, texts]);
  });

  test('gives back what failed with the rest of its group, and goes on with other groups', async () => {
    captureLog();
    const { run, begun } = consumer('a2', 'c1');
    const records = ['a1', 'b1', 'a2', 'c1', 'a3', 'b2', 'c2'].map((text) => record(text.charAt(0), text));
    expect((await run(...records)).sort()).toEqual(['a-a2', 'a-a3', 'c-c1', 'c-c2']);
    expect(begun.sort()).toEqual(['a1', 'a2', 'b1', 'b2', 'c1']);
  });

  test('takes its groups in turn: each has the one connection to itself', async () => {
    captureLog();
    const { run, begun, done } = consumer('b1');
    const records = ['a1', 'b1', 'a2', 'c1', 'b2'].map((text) => record(text.charAt(0), text));
    expect(await run(...records)).toEqual(['b-b1', 'b-b2']);
    expect([begun, done]).toEqual([
      ['a1', 'a2', 'b1', 'c1'],
      ['a1', 'a2', 'c1'],
    ]);
  });
});

describe('what has not begun in half of the time', () => {
  const hurried = { ...declared, timeoutSeconds: 1 };
  const slow = async (...records: SQSRecord[]) => {
    const begun: string[] = [];
    const handler = queue(hurried, async ({ body }) => {
      begun.push(body.text);
      if (body.text === 'slow') await sleep(600);
    });
    const { batchItemFailures } = await handler({ Records: records });
    return { begun, back: batchItemFailures.map(({ itemIdentifier }) => itemIdentifier) };
  };

  test('goes back, the rest of its own group and other groups; the log calls it no failure', async () => {
    const log = captureLog();
    const records = [record('a', 'slow'), record('b', '1'), record('a', '2'), record('b', '2')];
    expect(await slow(...records)).toEqual({ begun: ['slow'], back: ['a-2', 'b-1', 'b-2'] });
    expect(log.lines().map(({ level, messages }) => [level, messages])).toEqual([
      ['info', undefined],
      ['info', 1],
      ['info', 2],
    ]);
    expect(delays).toHaveBeenCalledTimes(3);
  });

  test('begins all the same at its last delivery: it would be set aside untried', async () => {
    captureLog();
    const records = [record('a', 'slow'), record('b', '1', 5), record('b', '2')];
    expect(await slow(...records)).toEqual({ begun: ['slow', '1'], back: ['b-2'] });
  });
});

describe('a record that fails', () => {
  test.each([
    ['no JSON', 'hunter2 {'],
    ['JSON that does not fit', '{"text": 1, "hunter2": "hunter2"}'],
    ['an empty body', ''],
    ['null', 'null'],
  ])('may be %s; the log says so, without it', async (_, body) => {
    const log = captureLog();
    const { run, done } = consumer();
    expect(await run(record('a', 'x', 2, body), record('b', 'y'))).toEqual(['a-x']);
    expect(done).toEqual(['y']);
    expect(log.lines()).toContainEqual(
      expect.objectContaining({ level: 'error', queue: 'things', message_id: 'a-x', receives: '2' }),
    );
    expect(log.text()).not.toContain('hunter2');
  });

  test('is logged without the message of its error', async () => {
    const log = captureLog();
    await consumer('x').run(record('a', 'x'));
    expect(log.text()).not.toContain('hunter2');
  });

  test('says so where the database cannot be reached: its error has no code', async () => {
    const log = captureLog();
    const handler = queue(declared, () =>
      Promise.reject(new Error('timeout exceeded when trying to connect')),
    );
    await handler({ Records: [record('a', '1')] });
    expect(log.lines()).toMatchObject([{ message: 'message failed', unreachable: 'database' }]);
  });

  test.each([
    [1, 5, 7],
    [2, 10, 12],
    [3, 20, 22],
    [4, 40, 42],
    [12, 300, 300],
  ])('comes back sooner than its queue says, each time later: receive %i', async (receives, least, most) => {
    captureLog();
    await consumer('x').run(record('a', 'x', receives));
    expect(delays).toHaveBeenCalledExactlyOnceWith('things', 'handle of a-x', expect.any(Number));
    const seconds = delays.mock.calls[0]?.[2];
    expect(seconds).toBeGreaterThanOrEqual(least);
    expect(seconds).toBeLessThanOrEqual(most);
  });

  test('goes back all the same when its delay cannot be set', async () => {
    const log = captureLog();
    delays.mockRejectedValue(coded('ReceiptHandleIsInvalid'));
    expect(await consumer('x').run(record('a', 'x'))).toEqual(['a-x']);
    expect(log.lines()).toContainEqual(
      expect.objectContaining({ level: 'warn', code: 'ReceiptHandleIsInvalid' }),
    );
  });

  test('for the last time lets the rest of its group go on, for it will not come back', async () => {
    captureLog();
    const { run, done } = consumer('a1', 'a4');
    const records = [record('a', 'a1', 5), record('a', 'a2', 5), record('a', 'a3', 5)];
    expect(await run(...records)).toEqual(['a-a1']);
    expect(await run(record('a', 'a1', 6), record('a', 'a4', 4), record('a', 'a5', 4))).toEqual([
      'a-a1',
      'a-a4',
      'a-a5',
    ]);
    expect(done).toEqual(['a2', 'a3']);
  });
});

describe('what is done with', () => {
  const numbered = (group: string, text: string, receives = 1): SQSRecord => {
    const one = record(group, text, receives);
    return { ...one, attributes: { ...one.attributes, MessageDeduplicationId: `id of ${text}` } };
  };

  test('is noted: what was handled, and what failed for the last time', async () => {
    captureLog();
    const { run } = consumer('a2', 'b1');
    await run(numbered('a', 'a1'), numbered('a', 'a2'), numbered('a', 'a3'), numbered('b', 'b1', 5));
    expect(handled).toHaveBeenCalledExactlyOnceWith(db, ['id of a1', 'id of b1']);
  });

  test('is nothing when all goes back', async () => {
    captureLog();
    await consumer('a1').run(numbered('a', 'a1'));
    expect(handled).not.toHaveBeenCalled();
  });

  test('stays done when it cannot be noted', async () => {
    const log = captureLog();
    handled.mockRejectedValue(coded('ECONNREFUSED'));
    expect(await consumer().run(numbered('a', 'a1'))).toEqual([]);
    expect(log.lines()).toContainEqual(expect.objectContaining({ level: 'warn', code: 'ECONNREFUSED' }));
  });
});

describe('a transaction that the database ended in favour of another', () => {
  test.each([
    [2, []],
    [3, ['a-x']],
  ])('is run again: %i failures', async (failures, left) => {
    captureLog();
    const handle = vi.fn(async ({ db: connection }: { db: Db }) => {
      if (handle.mock.calls.length > failures) return;
      await connection.execute(sql`DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '40001'; END $$`);
    });
    const { batchItemFailures } = await queue(declared, handle)({ Records: [record('a', 'x')] });
    expect(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(left);
    expect(handle).toHaveBeenCalledTimes(3);
  });

  test('is not mistaken for a database that is down', async () => {
    captureLog();
    const handle = vi.fn().mockRejectedValue(coded('ECONNREFUSED'));
    expect((await queue(declared, handle)({ Records: [record('a', 'x')] })).batchItemFailures).toHaveLength(
      1,
    );
    expect(handle).toHaveBeenCalledOnce();
  });
});

test('over the wire a poison message ends in the dead-letter queue, alone, and blocks only its own group', async () => {
  captureLog();
  const done: string[] = [];
  const changes = { id: 'things', maxReceives: 2 };
  const message = { ...messageOf(changes), schema: Body };
  const handler = queue(message, async ({ body }) => void done.push(body.text));
  const wire = await mapping(async (records, retrySoon) => {
    delays.mockImplementation(async (_, receiptHandle) => {
      const failed = records.find((one) => one.receiptHandle === receiptHandle);
      if (failed) await retrySoon(failed);
    });
    return handler({ Records: records });
  }, changes);
  await wire.send('a', 'poison', JSON.stringify({ text: 'behind it' }));
  await wire.send('b', JSON.stringify({ text: 'elsewhere' }));
  const sources = wire.start();
  await vi.waitFor(() => expect(done).toContain('elsewhere'), 5_000);
  expect(done).toEqual(['elsewhere']);
  await sources.drained();
  expect(done).toEqual(['elsewhere', 'behind it']);
  expect(await wire.setAside()).toEqual(['poison']);
});

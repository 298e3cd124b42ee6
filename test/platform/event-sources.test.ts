import { setTimeout as sleep } from 'node:timers/promises';
import type { SQSRecord } from 'aws-lambda';
import { expect, test } from 'vitest';
import { succeeded } from '../../scripts/local/triggers/event-sources.ts';
import { mapping } from './queue-fixture.ts';

test("hands over records in the shape of Lambda's SQS events", async () => {
  const records: SQSRecord[] = [];
  const { start, send, queue } = await mapping(async (batch) => void records.push(...batch));
  await send('ada', 'one');
  await start().drained();
  expect(records).toEqual([
    {
      messageId: expect.any(String),
      receiptHandle: expect.any(String),
      body: 'one',
      attributes: expect.objectContaining({
        ApproximateReceiveCount: '1',
        SentTimestamp: expect.stringMatching(/^\d+$/),
        SenderId: expect.any(String),
        ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d+$/),
        MessageGroupId: 'ada',
        MessageDeduplicationId: 'ada-one',
        SequenceNumber: expect.any(String),
      }),
      messageAttributes: {
        request: { stringValue: 'r-1', dataType: 'String', stringListValues: [], binaryListValues: [] },
      },
      md5OfBody: 'f97c5d29941bfb1b2fdab0874906ab82',
      eventSource: 'aws:sqs',
      eventSourceARN: queue.arn,
      awsRegion: 'us-east-1',
    },
  ]);
});

test('keeps the order within a group and lets groups run at the same time', async () => {
  const seen: string[] = [];
  let running = 0;
  let most = 0;
  const { start, send } = await mapping(
    async (records) => {
      running += 1;
      most = Math.max(most, running);
      await sleep(30);
      for (const { attributes, body } of records) seen.push(`${attributes.MessageGroupId}${body}`);
      running -= 1;
    },
    { batchSize: 1 },
  );
  for (const group of ['a', 'b', 'c', 'd']) await send(group, '1', '2', '3');
  await start().drained();
  for (const group of ['a', 'b', 'c', 'd'])
    expect(seen.filter((entry) => entry.startsWith(group))).toEqual([`${group}1`, `${group}2`, `${group}3`]);
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(5);
});

test('repeats only the records that failed, and keeps their order', async () => {
  const seen: string[] = [];
  const { start, send } = await mapping(async (records, retrySoon) => {
    const failed = records.filter(({ body, attributes }) => {
      seen.push(body);
      return body === 'a1' && attributes.ApproximateReceiveCount === '1';
    });
    for (const record of failed) await retrySoon(record);
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  });
  await send('a', 'a1', 'a2');
  await send('b', 'b1');
  await start().drained();
  expect(seen.filter((body) => body.startsWith('a'))).toEqual(['a1', 'a1', 'a2']);
  expect(seen.filter((body) => body.startsWith('b'))).toEqual(['b1']);
});

test('sets a poison message aside after its last delivery; until then it blocks only its own group', async () => {
  const seen: string[] = [];
  const { start, send, setAside } = await mapping(async (records, retrySoon) => {
    const failed = records.filter(({ body }) => {
      seen.push(body);
      return body === 'poison';
    });
    for (const record of failed) await retrySoon(record);
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  });
  await send('a', 'poison', 'a2');
  await send('b', 'b1', 'b2', 'b3');
  await start().drained();
  expect(seen.filter((body) => body === 'poison')).toHaveLength(3);
  expect(seen.indexOf('a2')).toBeGreaterThan(seen.lastIndexOf('poison'));
  expect(seen.filter((body) => body.startsWith('b'))).toEqual(['b1', 'b2', 'b3']);
  expect(await setAside()).toEqual(['poison']);
});

test.each([
  ['throws', () => Promise.reject(new Error('out of memory'))],
  ['names a record that was not in it', async () => ({ batchItemFailures: [{ itemIdentifier: 'other' }] })],
])('fails the whole batch when the function %s, and goes on with others', async (_, answer) => {
  let calls = 0;
  const { start, send, inFlight, log } = await mapping(async () => {
    calls += 1;
    return calls === 1 ? answer() : undefined;
  });
  await send('a', 'a1');
  await send('b', 'b1');
  start();
  await expect.poll(inFlight).toBe(2);
  await send('c', 'c1');
  await expect.poll(() => calls).toBe(2);
  await expect.poll(inFlight).toBe(2);
  expect(log).toHaveLength(1);
});

const batch = [{ MessageId: 'm1' }, { MessageId: 'm2' }];
const failures = (...ids: unknown[]) => ({
  batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })),
});
test.each([
  ['null', null, ['m1', 'm2']],
  ['an empty object', {}, ['m1', 'm2']],
  ['a null list', { batchItemFailures: null }, ['m1', 'm2']],
  ['an empty list', failures(), ['m1', 'm2']],
  ['one failure', failures('m1'), ['m2']],
  ['one failure twice', failures('m1', 'm1'), ['m2']],
  ['every failure', failures('m1', 'm2'), []],
  ['an unknown id', failures('m1', 'm3'), undefined],
  ['an empty id', failures(''), undefined],
  ['a null id', failures(null), undefined],
  ['a misspelt key', { batchItemFailures: [{ itemIdentifer: 'm1' }] }, undefined],
  ['a null entry', { batchItemFailures: [null] }, undefined],
  ['a list that is none', { batchItemFailures: 'm1' }, undefined],
])('reads %s as Lambda does', (_, answer, ids) => {
  expect(succeeded(batch, answer)?.map(({ MessageId }) => MessageId)).toEqual(ids);
});

test('finishes the batch under way when it stops, and leaves the rest in the queue', async () => {
  const done: string[] = [];
  const { start, send, inFlight } = await mapping(
    async (records) => {
      await sleep(300);
      done.push(...records.map(({ body }) => body));
    },
    { batchSize: 1 },
  );
  await send('a', '1', '2');
  const sources = start();
  await expect.poll(inFlight).toBe(1);
  await sources.stop();
  expect(done).toEqual(['1']);
  await start().drained();
  expect(done).toEqual(['1', '2']);
});

test('goes on when the queue service comes back', async () => {
  const done: string[] = [];
  const { start, send, goAway, comeBack, log } = await mapping(async (records) => {
    done.push(...records.map(({ body }) => body));
  });
  start();
  await goAway();
  await expect.poll(() => log.length, { timeout: 10_000 }).toBeGreaterThan(0);
  await comeBack();
  await send('a', '1');
  await expect.poll(() => done, { timeout: 10_000 }).toEqual(['1']);
}, 30_000);

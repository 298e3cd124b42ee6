import { setTimeout as sleep } from 'node:timers/promises';
import {
  ChangeMessageVisibilityCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { startFauxqs } from 'fauxqs';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import * as z from 'zod';
import type { Message } from '#shared/contract/messages.ts';
import { startEventSources, succeeded } from '../../scripts/local/event-sources.ts';
import { provisionQueues, type Queue } from '../../scripts/local/queues.ts';

let server: Awaited<ReturnType<typeof startFauxqs>>;
let sqs: SQSClient;
beforeAll(async () => {
  server = await startFauxqs({ port: 0, logger: false });
  sqs = new SQSClient({
    endpoint: `http://127.0.0.1:${server.port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
});
afterAll(() => server.stop());

let made = 0;
const message = (changes: Partial<Message> = {}): Message => {
  made += 1;
  return {
    id: `test-${made}`,
    schema: z.unknown(),
    groupedBy: 'user',
    batchSize: 10,
    maxConcurrency: 5,
    timeoutSeconds: 10,
    maxReceives: 3,
    memoryMegabytes: 128,
    ...changes,
  };
};

/** A worker: returns or throws as the function would, and is told the queue to shorten visibilities in. */
type Work = (records: SQSRecord[], queue: Queue) => Promise<unknown>;

async function mapping(work: Work, changes: Partial<Message> = {}) {
  const declared = message(changes);
  const queues = await provisionQueues({ messages: [declared], sqs });
  const queue = queues[declared.id] as Queue;
  const log: string[] = [];
  const start = () => {
    const invoke = async (id: string, event: unknown) => {
      expect(id).toBe(`queues/${declared.id}`);
      return JSON.parse(JSON.stringify((await work((event as SQSEvent).Records, queue)) ?? null));
    };
    const sources = startEventSources({
      messages: [declared],
      queues,
      sqs,
      invoke,
      log: (line) => log.push(line),
    });
    onTestFinished(sources.stop);
    return sources;
  };
  const send = async (group: string, ...bodies: string[]) => {
    for (const body of bodies) await sendOne(queue, group, body);
  };
  return { start, send, queue, log, declared };
}

const sendOne = (queue: Queue, group: string, body: string) =>
  sqs.send(
    new SendMessageCommand({
      QueueUrl: queue.url,
      MessageBody: body,
      MessageGroupId: group,
      MessageDeduplicationId: `${group}-${body}`,
      MessageAttributes: { request: { DataType: 'String', StringValue: 'r-1' } },
    }),
  );

const retryAtOnce = (record: SQSRecord, queue: Queue) =>
  sqs.send(
    new ChangeMessageVisibilityCommand({
      QueueUrl: queue.url,
      ReceiptHandle: record.receiptHandle,
      VisibilityTimeout: 0,
    }),
  );

const inFlight = async (queue: Queue) => {
  const name = 'ApproximateNumberOfMessagesNotVisible';
  const answer = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queue.url, AttributeNames: [name] }),
  );
  return Number(answer.Attributes?.[name]);
};

const setAside = async (queue: Queue) => {
  const answer = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl: queue.dlqUrl, MaxNumberOfMessages: 10 }),
  );
  return (answer.Messages ?? []).map(({ Body }) => Body);
};

test('makes FIFO queues with their dead-letter queues, and makes them again without harm', async () => {
  const declared = message({ timeoutSeconds: 7, maxReceives: 4 });
  const first = await provisionQueues({ messages: [declared], sqs });
  const changed = { ...declared, timeoutSeconds: 8, maxReceives: 5 };
  const again = await provisionQueues({ messages: [changed], sqs });
  expect(again).toEqual(first);
  const queue = first[declared.id] as Queue;
  expect(queue.url).toBe(`http://127.0.0.1:${server.port}/000000000000/bagtracker-${declared.id}.fifo`);
  expect(queue.dlqUrl).toMatch(/-dlq\.fifo$/);
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queue.url, AttributeNames: ['All'] }),
  );
  expect(Attributes).toMatchObject({ FifoQueue: 'true', VisibilityTimeout: '48' });
  expect(JSON.parse(Attributes?.RedrivePolicy ?? '')).toEqual({
    deadLetterTargetArn: expect.stringContaining(`bagtracker-${declared.id}-dlq.fifo`),
    maxReceiveCount: 5,
  });
});

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
  const { start, send } = await mapping(async (records, queue) => {
    const failed = records.filter(({ body, attributes }) => {
      seen.push(body);
      return body === 'a1' && attributes.ApproximateReceiveCount === '1';
    });
    for (const record of failed) await retryAtOnce(record, queue);
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
  const { start, send, queue } = await mapping(async (records, own) => {
    const failed = records.filter(({ body }) => {
      seen.push(body);
      return body === 'poison';
    });
    for (const record of failed) await retryAtOnce(record, own);
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  });
  await send('a', 'poison', 'a2');
  await send('b', 'b1', 'b2', 'b3');
  await start().drained();
  expect(seen.filter((body) => body === 'poison')).toHaveLength(3);
  expect(seen.indexOf('a2')).toBeGreaterThan(seen.lastIndexOf('poison'));
  expect(seen.filter((body) => body.startsWith('b'))).toEqual(['b1', 'b2', 'b3']);
  expect(await setAside(queue)).toEqual(['poison']);
});

test.each([
  ['throws', () => Promise.reject(new Error('out of memory'))],
  ['names a record that was not in it', async () => ({ batchItemFailures: [{ itemIdentifier: 'other' }] })],
])('fails the whole batch when the function %s, and goes on with others', async (_, answer) => {
  let calls = 0;
  const { start, send, queue, log } = await mapping(async () => {
    calls += 1;
    return calls === 1 ? answer() : undefined;
  });
  await send('a', 'a1');
  await send('b', 'b1');
  start();
  await expect.poll(() => inFlight(queue)).toBe(2);
  await send('c', 'c1');
  await expect.poll(() => calls).toBe(2);
  await expect.poll(() => inFlight(queue)).toBe(2);
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
  const { start, send, queue } = await mapping(
    async (records) => {
      await sleep(300);
      done.push(...records.map(({ body }) => body));
    },
    { batchSize: 1 },
  );
  await send('a', '1', '2');
  const sources = start();
  await expect.poll(() => inFlight(queue)).toBe(1);
  await sources.stop();
  expect(done).toEqual(['1']);
  expect(await inFlight(queue)).toBe(0);
  await start().drained();
  expect(done).toEqual(['1', '2']);
});

test('goes on when the queue service comes back', async () => {
  const passing = await startFauxqs({ port: 0, logger: false });
  const { port } = passing;
  const client = new SQSClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  const declared = message();
  const queues = await provisionQueues({ messages: [declared], sqs: client });
  const log: string[] = [];
  let calls = 0;
  const invoke = async () => {
    calls += 1;
  };
  const sources = startEventSources({
    messages: [declared],
    queues,
    sqs: client,
    invoke,
    log: (line) => log.push(line),
  });
  onTestFinished(sources.stop);
  await passing.stop();
  await expect.poll(() => log.length, { timeout: 5000 }).toBeGreaterThan(0);
  const back = await startFauxqs({ port, logger: false });
  onTestFinished(() => back.stop());
  await provisionQueues({ messages: [declared], sqs: client });
  await client.send(
    new SendMessageCommand({
      QueueUrl: queues[declared.id]?.url,
      MessageBody: '{}',
      MessageGroupId: 'a',
      MessageDeduplicationId: '1',
    }),
  );
  await expect.poll(() => calls, { timeout: 5000 }).toBe(1);
});

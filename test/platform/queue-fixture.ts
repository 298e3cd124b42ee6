// A queue over the wire with an event source on it, for tests that say what the function does.
import {
  ChangeMessageVisibilityCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { expect, onTestFinished } from 'vitest';
import * as z from 'zod';
import type { Message } from '#shared/contract/messages.ts';
import { startSqs } from '../../scripts/local/servers/sqs.ts';
import { startEventSources } from '../../scripts/local/triggers/event-sources.ts';
import { provisionQueues, type Queue } from '../../scripts/local/triggers/queues.ts';
import { ignore, privateFolder } from './folders.ts';

export const messageOf = (changes: Partial<Message> = {}): Message => ({
  id: 'test',
  schema: z.unknown(),
  groupedBy: 'user',
  batchSize: 10,
  maxConcurrency: 5,
  timeoutSeconds: 10,
  maxReceives: 3,
  memoryMegabytes: 128,
  ...changes,
});

/** A queue service that can be stopped and come back with what it held. */
export async function queueService() {
  const dataDir = await privateFolder();
  let running = await startSqs({ dataDir, log: ignore });
  onTestFinished(() => running.stop());
  const sqs = new SQSClient({
    endpoint: running.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  const port = Number(new URL(running.url).port);
  const comeBack = async () => {
    running = await startSqs({ dataDir, port, log: ignore });
  };
  return { sqs, url: running.url, goAway: () => running.stop(), comeBack };
}

/** What a worker does with its records: returns or throws as the function would. */
type Work = (records: SQSRecord[], retrySoon: (record: SQSRecord) => Promise<unknown>) => Promise<unknown>;

export async function mapping(work: Work, changes: Partial<Message> = {}) {
  const service = await queueService();
  const { sqs } = service;
  const message = messageOf(changes);
  const queues = await provisionQueues({ messages: [message], sqs });
  const queue = queues[message.id] as Queue;
  const log: string[] = [];

  const retrySoon = ({ receiptHandle: ReceiptHandle }: SQSRecord) =>
    sqs.send(
      new ChangeMessageVisibilityCommand({ QueueUrl: queue.url, ReceiptHandle, VisibilityTimeout: 1 }),
    );
  const invoke = async (id: string, event: unknown) => {
    expect(id).toBe(`queues/${message.id}`);
    const answer = await work((event as SQSEvent).Records, retrySoon);
    return JSON.parse(JSON.stringify(answer ?? null));
  };
  const start = () => {
    const options = { messages: [message], queues, sqs, invoke };
    const sources = startEventSources({ ...options, log: (line) => log.push(line) });
    onTestFinished(sources.stop);
    return sources;
  };
  const send = async (group: string, ...bodies: string[]) => {
    for (const body of bodies)
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: queue.url,
          MessageBody: body,
          MessageGroupId: group,
          MessageDeduplicationId: `${group}-${body}`,
          MessageAttributes: { request: { DataType: 'String', StringValue: 'r-1' } },
        }),
      );
  };
  const inFlight = async () => {
    const name = 'ApproximateNumberOfMessagesNotVisible';
    const command = new GetQueueAttributesCommand({ QueueUrl: queue.url, AttributeNames: [name] });
    return Number((await sqs.send(command)).Attributes?.[name]);
  };
  const setAside = async () => {
    const command = new ReceiveMessageCommand({ QueueUrl: queue.dlqUrl, MaxNumberOfMessages: 10 });
    return ((await sqs.send(command)).Messages ?? []).map(({ Body }) => Body);
  };
  return { ...service, start, send, inFlight, setAside, queue, log };
}

// Lambda's event-source mapping for SQS: polls the queues, hands batches to their functions, deletes what succeeded.
// What failed stays until its visibility ends; the queue's redrive policy then repeats it or sets it aside.
import { setTimeout as sleep } from 'node:timers/promises';
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type SQSClient,
  type Message as SqsMessage,
} from '@aws-sdk/client-sqs';
import type { Message } from '#shared/contract/messages.ts';
import type { Log } from '../servers/processes.ts';
import type { Queue } from './queues.ts';
import { sqsEvent } from './sqs-event.ts';

/**
 * A stop lets a poll run out instead of aborting it: what the queue hands to an aborted poll would be invisible, and
 * block its group, until the visibility timeout. So polls are short.
 */
const waitSeconds = 1;
const retrySeconds = 2;
const stopSeconds = 20;
const fewestPollers = 2;

export interface EventSourcesOptions {
  messages: readonly Message[];
  queues: Record<string, Queue>;
  sqs: SQSClient;
  invoke: (functionId: string, event: unknown) => Promise<unknown>;
  log: Log;
  /** Upper bound per queue; a laptop has fewer processors than a region. */
  maxPollers?: number;
}

export interface EventSources {
  /** Resolves once every queue is empty and nothing is being processed. */
  drained: () => Promise<void>;
  stop: () => Promise<void>;
}

interface Source {
  message: Message;
  queue: Queue;
  options: EventSourcesOptions;
  stopped: boolean;
  /** Pollers waiting for messages, as opposed to processing some. */
  waiting: number;
  pollers: Set<Promise<void>>;
}

async function receive({ message, queue, options }: Source): Promise<SqsMessage[]> {
  const received = await options.sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: queue.url,
      MaxNumberOfMessages: message.batchSize,
      WaitTimeSeconds: waitSeconds,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    }),
  );
  return received.Messages ?? [];
}

/** Gives unprocessed messages back. Not with 0 seconds: fauxqs then loses what it keeps on disk. */
async function giveBack({ queue, options }: Source, batch: SqsMessage[]): Promise<void> {
  const Entries = batch.map(({ ReceiptHandle }, index) => ({
    Id: String(index),
    ReceiptHandle,
    VisibilityTimeout: 1,
  }));
  await options.sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queue.url, Entries }));
}

async function deleteMessages({ message, queue, options }: Source, done: SqsMessage[]): Promise<void> {
  if (done.length === 0) return;
  const Entries = done.map(({ ReceiptHandle }, index) => ({
    Id: String(index),
    ReceiptHandle,
  }));
  const { Failed = [] } = await options.sqs.send(
    new DeleteMessageBatchCommand({ QueueUrl: queue.url, Entries }),
  );
  for (const { Message: reason } of Failed) options.log(`queues/${message.id} could not delete: ${reason}`);
}

/** The messages that a function's answer calls done; undefined when the answer fails the whole batch. */
export function succeeded(batch: readonly SqsMessage[], answer: unknown): SqsMessage[] | undefined {
  const failures =
    answer === null || answer === undefined ? [] : (answer as Record<string, unknown>).batchItemFailures;
  if (failures === undefined || failures === null) return [...batch];
  if (!Array.isArray(failures)) return undefined;
  const failed = new Set(failures.map((failure) => failure?.itemIdentifier));
  const known = new Set<unknown>(batch.map(({ MessageId }) => MessageId));
  if ([...failed].some((id) => !known.has(id))) return undefined;
  return batch.filter(({ MessageId }) => !failed.has(MessageId));
}

async function handle(source: Source, batch: SqsMessage[]): Promise<void> {
  const { message, queue, options } = source;
  const functionId = `queues/${message.id}`;
  let answer: unknown;
  try {
    answer = await options.invoke(functionId, sqsEvent(batch, queue));
  } catch (error) {
    options.log(`${functionId} failed a batch of ${batch.length}: ${error}`);
    return;
  }
  const done = succeeded(batch, answer);
  if (!done) options.log(`${functionId} answered no valid list of failures, so its whole batch failed`);
  else if (done.length < batch.length)
    options.log(`${functionId} failed ${batch.length - done.length} of ${batch.length}`);
  await deleteMessages(source, done ?? []);
}

async function poll(source: Source): Promise<void> {
  const most = Math.min(source.message.maxConcurrency, source.options.maxPollers ?? 5);
  while (!source.stopped) {
    try {
      source.waiting += 1;
      const batch = await receive(source).finally(() => {
        source.waiting -= 1;
      });
      if (batch.length === 0) {
        if (source.pollers.size > fewestPollers) return;
        continue;
      }
      if (source.stopped) return await giveBack(source, batch);
      // Messages of other groups must not wait for this batch.
      if (source.waiting === 0 && source.pollers.size < most) startPoller(source);
      await handle(source, batch);
    } catch (error) {
      source.options.log(`queues/${source.message.id} cannot be polled: ${error}`);
      if (!source.stopped) await sleep(retrySeconds * 1000);
    }
  }
}

function startPoller(source: Source): void {
  const poller: Promise<void> = poll(source).finally(() => source.pollers.delete(poller));
  source.pollers.add(poller);
}

async function isEmpty({ queue, options }: Source): Promise<boolean> {
  const { Attributes = {} } = await options.sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: queue.url,
      AttributeNames: [
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesNotVisible',
        'ApproximateNumberOfMessagesDelayed',
      ],
    }),
  );
  return Object.values(Attributes).every((count) => count === '0');
}

export function startEventSources(options: EventSourcesOptions): EventSources {
  const sources = options.messages.flatMap((message): Source[] => {
    const queue = options.queues[message.id];
    return queue
      ? [
          {
            message,
            queue,
            options,
            stopped: false,
            waiting: 0,
            pollers: new Set(),
          },
        ]
      : [];
  });
  for (const source of sources) for (let n = 0; n < fewestPollers; n += 1) startPoller(source);

  const drained = async () => {
    while (!(await Promise.all(sources.map(isEmpty))).every(Boolean)) await sleep(50);
  };
  const stop = async () => {
    for (const source of sources) source.stopped = true;
    const finished = Promise.all(sources.flatMap(({ pollers }) => [...pollers]));
    await Promise.race([finished, sleep(stopSeconds * 1000, undefined, { ref: false })]);
  };
  return { drained, stop };
}

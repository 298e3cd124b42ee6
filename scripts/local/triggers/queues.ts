import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  SetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { Message } from '#shared/contract/messages.ts';

export interface Queue {
  url: string;
  arn: string;
  dlqUrl: string;
}

const fourteenDays = String(14 * 24 * 3600);

/**
 * The SDK follows the host in a queue's URL, and a local queue's URL holds the host and port of the day it was made
 * on. What counts is the path.
 */
async function reachableUrl(sqs: SQSClient, queueUrl: string): Promise<string> {
  const endpoint = await sqs.config.endpoint?.();
  if (!endpoint) return queueUrl;
  const { protocol, hostname, port } = endpoint;
  return `${protocol}//${hostname}${port ? `:${port}` : ''}${new URL(queueUrl).pathname}`;
}

async function findQueue(sqs: SQSClient, name: string): Promise<string | undefined> {
  try {
    return (await sqs.send(new GetQueueUrlCommand({ QueueName: name }))).QueueUrl;
  } catch (error) {
    if (error instanceof Error && error.name === 'QueueDoesNotExist') return undefined;
    throw error;
  }
}

/** Makes the queue, or brings an existing one's attributes up to date. */
async function ensureQueue(sqs: SQSClient, name: string, attributes: Record<string, string>) {
  const existing = await findQueue(sqs, name);
  const created = existing
    ? undefined
    : await sqs.send(
        new CreateQueueCommand({
          QueueName: name,
          Attributes: { FifoQueue: 'true', ...attributes },
        }),
      );
  const url = await reachableUrl(sqs, existing ?? created?.QueueUrl ?? '');
  if (existing) await sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: attributes }));
  const described = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: url,
      AttributeNames: ['QueueArn'],
    }),
  );
  return { url, arn: described.Attributes?.QueueArn ?? '' };
}

/** Makes every message's FIFO queue and its dead-letter queue, as the stacks would; safe to repeat. */
export async function provisionQueues(options: {
  messages: readonly Message[];
  sqs: SQSClient;
}): Promise<Record<string, Queue>> {
  const { messages, sqs } = options;
  const queues: Record<string, Queue> = {};
  for (const { id, timeoutSeconds, maxReceives } of messages) {
    const dlq = await ensureQueue(sqs, `bagtracker-${id}-dlq.fifo`, {
      MessageRetentionPeriod: fourteenDays,
    });
    const queue = await ensureQueue(sqs, `bagtracker-${id}.fifo`, {
      VisibilityTimeout: String(6 * timeoutSeconds),
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: dlq.arn,
        maxReceiveCount: maxReceives,
      }),
    });
    queues[id] = { ...queue, dlqUrl: dlq.url };
  }
  return queues;
}

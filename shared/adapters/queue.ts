import type { SQSClient } from '@aws-sdk/client-sqs';
import { messages } from '#shared/contract/messages.ts';
import { queueVariable } from '#shared/contract/roles.ts';

let client: Promise<SQSClient> | undefined;

const sdk = () => import('@aws-sdk/client-sqs');

const connect = async (): Promise<SQSClient> => {
  const { SQSClient: Client } = await sdk();
  return new Client({});
};

const sqs = (): Promise<SQSClient> => {
  client ??= connect();
  return client;
};

const urlOf = (messageId: string): string => {
  const url = process.env[queueVariable(messageId)];
  if (!url) throw new Error(`${queueVariable(messageId)} is not set: this function's role sends no messages`);
  return url;
};

/** A message on its way. `id` also deduplicates: sending it twice within five minutes delivers it once. */
export interface Outgoing {
  id: string;
  messageId: string;
  groupId: string;
  body: unknown;
}

/** The most a batch may hold. */
const batchSize = 10;

/** Sends messages; gives the ids of those that the queue took. */
export const sendMessages = async (outgoing: readonly Outgoing[]): Promise<string[]> => {
  const { SendMessageBatchCommand } = await sdk();
  const sent: string[] = [];
  for (const [messageId, ofQueue] of Map.groupBy(outgoing, (message) => message.messageId)) {
    for (let start = 0; start < ofQueue.length; start += batchSize) {
      const { Successful = [] } = await (await sqs()).send(
        new SendMessageBatchCommand({
          QueueUrl: urlOf(messageId),
          Entries: ofQueue.slice(start, start + batchSize).map((message) => ({
            Id: message.id,
            MessageGroupId: message.groupId,
            MessageDeduplicationId: message.id,
            MessageBody: JSON.stringify(message.body),
          })),
        }),
      );
      sent.push(...Successful.flatMap(({ Id }) => Id ?? []));
    }
  }
  return sent;
};

/** Makes a received message visible again after a while: a failure is retried sooner than the queue's own time-out. */
export const delayRedelivery = async (
  messageId: string,
  receiptHandle: string,
  seconds: number,
): Promise<void> => {
  const { ChangeMessageVisibilityCommand } = await sdk();
  await (await sqs()).send(
    new ChangeMessageVisibilityCommand({
      QueueUrl: urlOf(messageId),
      ReceiptHandle: receiptHandle,
      VisibilityTimeout: seconds,
    }),
  );
};

/** @throws when any of the queues does not answer. */
export const pingQueues = async (): Promise<void> => {
  const { GetQueueAttributesCommand } = await sdk();
  for (const { id } of messages) {
    await (await sqs()).send(
      new GetQueueAttributesCommand({ QueueUrl: urlOf(id), AttributeNames: ['QueueArn'] }),
    );
  }
};

import type { SQSClient } from '@aws-sdk/client-sqs';
import { messages } from '#shared/contract/messages.ts';
import { deadLettersVariable, queueVariable } from '#shared/contract/roles.ts';

let client: Promise<SQSClient> | undefined;

export const sdk = () => import('@aws-sdk/client-sqs');

const connect = async (): Promise<SQSClient> => {
  const { SQSClient: Client } = await sdk();
  return new Client({});
};

/** The client of this environment, made at the first call. */
export const sqs = (): Promise<SQSClient> => {
  client ??= connect();
  return client;
};

const urlIn = (variable: string): string => {
  const url = process.env[variable];
  if (!url) throw new Error(`${variable} is not set: this function's role has no access to that queue`);
  return url;
};

/** The queue of a message. */
export const urlOf = (messageId: string): string => urlIn(queueVariable(messageId));

/** Where deliveries of a message end that no retry could save. */
export const deadLettersUrlOf = (messageId: string): string => urlIn(deadLettersVariable(messageId));

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

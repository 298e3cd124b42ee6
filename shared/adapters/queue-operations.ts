/** What operators do with queues beyond sending: looking into them, and emptying their dead letters. */
import { randomUUID } from 'node:crypto';
import type { Message } from '@aws-sdk/client-sqs';
import { deadLettersUrlOf, sdk, sqs, urlOf } from './queue.ts';

/** How many messages are in one state, as SQS estimates it. */
const depthOf = async (QueueUrl: string) => {
  const { GetQueueAttributesCommand } = await sdk();
  const { Attributes = {} } = await (await sqs()).send(
    new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: [
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesNotVisible',
        'ApproximateNumberOfMessagesDelayed',
      ],
    }),
  );
  return {
    visible: Number(Attributes.ApproximateNumberOfMessages ?? 0),
    inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
    delayed: Number(Attributes.ApproximateNumberOfMessagesDelayed ?? 0),
  };
};

/** How much waits in the queue of a message, and in its dead-letter queue. */
export const queueDepth = async (messageId: string) => {
  const [depth, dead] = await Promise.all([depthOf(urlOf(messageId)), depthOf(deadLettersUrlOf(messageId))]);
  return { ...depth, deadLetters: dead.visible + dead.inFlight };
};

/** The most that SQS gives or takes at a time. */
const batchSize = 10;

/** What is received stays hidden for so long; whoever dies with it loses nothing, for then it is seen again. */
const holdSeconds = 60;

const receiveDeadLetters = async (messageId: string): Promise<Message[]> => {
  const { ReceiveMessageCommand } = await sdk();
  const { Messages = [] } = await (await sqs()).send(
    new ReceiveMessageCommand({
      QueueUrl: deadLettersUrlOf(messageId),
      MaxNumberOfMessages: batchSize,
      VisibilityTimeout: holdSeconds,
      MessageSystemAttributeNames: ['MessageGroupId'],
    }),
  );
  return Messages;
};

/** Sends messages to their queue once more, as new ones: under its old id, SQS would take one for a repetition. */
const sendAgain = async (messageId: string, letters: readonly Message[]): Promise<Message[]> => {
  const { SendMessageBatchCommand } = await sdk();
  const { Successful = [] } = await (await sqs()).send(
    new SendMessageBatchCommand({
      QueueUrl: urlOf(messageId),
      Entries: letters.map(({ Body, Attributes }, place) => ({
        Id: String(place),
        MessageBody: Body,
        MessageGroupId: Attributes?.MessageGroupId,
        MessageDeduplicationId: randomUUID(),
      })),
    }),
  );
  const sent = new Set(Successful.map(({ Id }) => Id));
  return letters.filter((_, place) => sent.has(String(place)));
};

const deleteDeadLetters = async (messageId: string, letters: readonly Message[]): Promise<void> => {
  if (letters.length === 0) return;
  const { DeleteMessageBatchCommand } = await sdk();
  await (await sqs()).send(
    new DeleteMessageBatchCommand({
      QueueUrl: deadLettersUrlOf(messageId),
      Entries: letters.map(({ ReceiptHandle }, place) => ({ Id: String(place), ReceiptHandle })),
    }),
  );
};

/**
 * Moves dead letters back to their queue, each in its group. A message is sent before it is deleted: a death in between
 * leaves it in both places, and handling it twice does no harm.
 *
 * @returns how many were moved
 */
export const redrive = async (
  messageId: string,
  { limit, until }: { limit: number; until: number },
): Promise<number> => {
  let moved = 0;
  while (moved < limit && Date.now() < until) {
    const letters = await receiveDeadLetters(messageId);
    const sent = letters.length > 0 ? await sendAgain(messageId, letters) : [];
    await deleteDeadLetters(messageId, sent);
    moved += sent.length;
    if (sent.length === 0 || sent.length < letters.length) break;
  }
  return moved;
};

import type { SQSEvent, SQSRecord } from 'aws-lambda';
import type * as z from 'zod';
import { db as connectDb, type Db } from '#shared/adapters/db/client.ts';
import { markHandled } from '#shared/adapters/db/outbox.ts';
import { delayRedelivery } from '#shared/adapters/queue.ts';
import type { Message } from '#shared/contract/messages.ts';
import { isDatabaseDown, withRetries } from './database-errors.ts';
import { describe, log } from './log.ts';

interface BatchResponse {
  batchItemFailures: { itemIdentifier: string }[];
}

const longestDelaySeconds = 300;

/** 5, 10, 20 … seconds with a little jitter: a queue's own time-out would hold the group for minutes at every try. */
const delaySeconds = (record: SQSRecord): number => {
  const receives = Number(record.attributes.ApproximateReceiveCount);
  return Math.min(longestDelaySeconds, 5 * 2 ** (receives - 1) + Math.floor(Math.random() * 3));
};

/** Only the figures of an operator depend on it: a message that is handled and not noted looks late, and is forgotten later. */
const noteHandled = async (records: readonly SQSRecord[]): Promise<void> => {
  const ids = records.flatMap(({ attributes }) => attributes.MessageDeduplicationId ?? []);
  if (ids.length > 0) await markHandled(await connectDb(), ids);
};

/**
 * Makes the Lambda handler of a message. Records of a group are handled in order; after a failure the rest of the group
 * goes back with it, so that nothing overtakes, while other groups go on. Groups take turns: there is one connection, and who
 * waits for it while another group works for long would be told that the database cannot be reached. What has not begun in
 * half of the function's time goes back: it could be cut off, and all of the batch would come again. At its last delivery a
 * record goes back alone: it is set aside then, and would take with it what was delivered along with it each time.
 */
export const queue = <T extends z.ZodType>(
  message: Message<T>,
  handle: (call: { body: z.output<T>; db: Db }) => Promise<void>,
) => {
  const isLast = ({ attributes }: SQSRecord) =>
    Number(attributes.ApproximateReceiveCount) >= message.maxReceives;

  const handleGroup = async (records: readonly SQSRecord[], latest: number): Promise<SQSRecord[]> => {
    const failed: SQSRecord[] = [];
    for (const [place, record] of records.entries()) {
      if (Date.now() > latest && !isLast(record)) {
        log('info', 'no time left for messages', { queue: message.id, messages: records.length - place });
        return [...failed, ...records.slice(place)];
      }
      try {
        const body = message.schema.parse(JSON.parse(record.body));
        const db = await connectDb();
        await withRetries(() => handle({ body, db }));
        log('info', 'message', { queue: message.id, message_id: record.messageId });
      } catch (error) {
        log('error', 'message failed', {
          queue: message.id,
          message_id: record.messageId,
          receives: record.attributes.ApproximateReceiveCount,
          unreachable: isDatabaseDown(error) ? 'database' : undefined,
          ...describe(error),
        });
        failed.push(record);
        if (isLast(record)) continue;
        return [...failed, ...records.slice(place + 1)];
      }
    }
    return failed;
  };

  return async (event: SQSEvent): Promise<BatchResponse> => {
    const groups = Map.groupBy(event.Records, (record) => record.attributes.MessageGroupId);
    const latest = Date.now() + (1_000 * message.timeoutSeconds) / 2;
    const failed: SQSRecord[] = [];
    for (const records of groups.values()) failed.push(...(await handleGroup(records, latest)));
    // What failed for the last time is set aside: nobody waits for it any more.
    const done = event.Records.filter((record) => !failed.includes(record) || isLast(record));
    await noteHandled(done).catch((error: unknown) =>
      log('warn', 'handled messages are not noted', describe(error)),
    );
    await Promise.all(
      failed.map((record) =>
        delayRedelivery(message.id, record.receiptHandle, delaySeconds(record)).catch((error: unknown) =>
          log('warn', "redelivery keeps the queue's own time-out", describe(error)),
        ),
      ),
    );
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };
};

import type { Db } from '#shared/adapters/db/client.ts';
import { backlogs } from '#shared/adapters/db/outbox.ts';
import { queueDepth } from '#shared/adapters/queue-operations.ts';
import { messages } from '#shared/contract/messages.ts';

/** Every queue with what waits in it. SQS tells no ages, so those are of the rows that announced the messages. */
export const inspectQueues = async (db: Db) => {
  const waiting = await backlogs(db);
  return Promise.all(
    messages.map(async ({ id }) => {
      const { visible, inFlight, delayed, deadLetters } = await queueDepth(id);
      const { unsent = 0, oldest_age_seconds = null } = waiting.get(id) ?? {};
      return {
        name: id,
        visible,
        in_flight: inFlight,
        delayed,
        dead_letters: deadLetters,
        unsent,
        oldest_age_seconds,
      };
    }),
  );
};

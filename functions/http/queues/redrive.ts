import { redrive } from '#shared/adapters/queue-operations.ts';
import { messages } from '#shared/contract/messages.ts';
import { redriveQueue } from '#shared/contract/queues.ts';
import { notFound } from '#shared/errors.ts';
import { http } from '#shared/lambda/http.ts';

const atMost = 1_000;

/** Well before API Gateway stops waiting; what is left stays for the next call. */
const patienceMs = 20_000;

export const handler = http(redriveQueue, async ({ params, now }) => {
  if (!messages.some(({ id }) => id === params.name)) throw notFound('Queue');
  return { moved: await redrive(params.name, { limit: atMost, until: now.getTime() + patienceMs }) };
});

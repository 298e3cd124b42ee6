import { listQueues } from '#shared/contract/queues.ts';
import { http } from '#shared/lambda/http.ts';
import { inspectQueues } from '#shared/usecases/inspect-queues.ts';

export const handler = http(listQueues, async ({ db }) => ({ items: await inspectQueues(db) }));

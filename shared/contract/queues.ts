import * as z from 'zod';
import { endpoint } from './endpoint.ts';

const Queue = z
  .strictObject({
    name: z.string().meta({ example: 'recalculate-balance' }),
    visible: z.int().meta({ description: 'Waiting to be delivered.' }),
    in_flight: z.int().meta({ description: 'Delivered and being handled.' }),
    delayed: z.int(),
    dead_letters: z.int().meta({ description: 'Given up after the last delivery.' }),
    unsent: z.int().meta({ description: 'Written with a change and not in the queue yet.' }),
    oldest_age_seconds: z.int().nullable().meta({
      description: 'Since the oldest message that is not handled yet was written; null without one.',
    }),
  })
  .meta({ id: 'Queue' });

export const listQueues = endpoint({
  id: 'queues/list',
  method: 'GET',
  path: '/queues',
  summary: 'List every queue with what waits in it',
  auth: 'admin',
  role: 'operator',
  status: 200,
  errors: [],
  shapes: { response: z.strictObject({ items: z.array(Queue) }) },
});

export const redriveQueue = endpoint({
  id: 'queues/redrive',
  method: 'POST',
  path: '/queues/{name}/redrive',
  summary: 'Move dead letters back to their queue, at most 1,000 at a time',
  auth: 'admin',
  role: 'operator',
  status: 202,
  rate: 'heavy',
  errors: ['QueueError'],
  shapes: {
    params: z.strictObject({ name: z.string().min(1).max(80) }),
    response: z.strictObject({ moved: z.int() }),
  },
});

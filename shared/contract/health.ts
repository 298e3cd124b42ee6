import * as z from 'zod';
import { endpoint } from './endpoint.ts';

const State = z.enum(['up', 'down']);

const Health = z
  .strictObject({
    status: z.enum(['healthy', 'degraded', 'unhealthy']),
    database: State,
    redis: State,
    queue: State,
    version: z.string().meta({ example: '0.1.0' }),
  })
  .meta({ id: 'Health' });

export const checkHealth = endpoint({
  id: 'health/check',
  method: 'GET',
  path: '/healthcheck',
  summary: 'Tell whether the database, Redis and the queue answer',
  auth: 'public',
  role: 'api',
  status: 200,
  alsoAnswers: [503],
  errors: [],
  shapes: { response: Health },
});

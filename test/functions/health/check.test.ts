import { expect, it } from 'vitest';
import { request } from '../../support/api.ts';

it('reports the state of the database, Redis and the queue to anybody', async () => {
  const { status, body } = await request('GET', '/healthcheck');
  expect(status).toBe(200);
  expect(body).toEqual({
    status: 'healthy',
    database: 'up',
    redis: 'up',
    queue: 'up',
    version: expect.stringMatching(/\S/),
  });
});

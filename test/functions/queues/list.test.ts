import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { messages } from '#shared/contract/index.ts';
import { invoke, type Json, newUser } from '../../support/api.ts';
import { sql } from '../database.ts';
import { asOperator, itIsForOperators } from '../operator.ts';

itIsForOperators('GET', '/queues');

const list = async () => {
  const { status, body } = await asOperator('GET', '/queues');
  expect(status).toBe(200);
  expect(body.items.map(({ name }: Json) => name)).toEqual(messages.map(({ id }) => id));
  return body.items[0];
};

it('tells what waits in every queue, and for how long', async () => {
  const { uuid } = await newUser();
  const [row] = await sql<{ uuid: string }>(
    `INSERT INTO outbox (user_id, message, group_id, body, created_at, sent_at)
     SELECT id, 'recalculate-balance', uuid, '{}', now() - interval '2 days', now() FROM users WHERE uuid = $1
     RETURNING uuid`,
    [uuid],
  );
  const found = await list();
  expect(found).toEqual({
    name: 'recalculate-balance',
    visible: expect.any(Number),
    in_flight: expect.any(Number),
    delayed: expect.any(Number),
    dead_letters: expect.any(Number),
    unsent: expect.any(Number),
    oldest_age_seconds: expect.any(Number),
  });
  expect(found.oldest_age_seconds).toBeGreaterThanOrEqual(2 * 86_400);
  await sql('UPDATE outbox SET handled_at = now() WHERE uuid = $1', [row?.uuid]);
  expect((await list()).oldest_age_seconds ?? 0).toBeLessThan(2 * 86_400);
  await sql('DELETE FROM outbox WHERE uuid = $1', [row?.uuid]);
});

it('notes when a message was handled', async () => {
  const [handled] = await sql<{ uuid: string }>(
    `INSERT INTO outbox (message, group_id, body, created_at)
     VALUES ('recalculate-balance', gen_random_uuid()::text, jsonb_build_object('balance_uuid', gen_random_uuid()),
             now() - interval '10 seconds') RETURNING uuid`,
  );
  await invoke('schedules/sweep-outbox', { scheduled_time: new Date().toISOString() });
  for (let patience = 100; patience > 0; patience -= 1) {
    const [row] = await sql<{ handled_at: Date | null }>('SELECT handled_at FROM outbox WHERE uuid = $1', [
      handled?.uuid,
    ]);
    if (row?.handled_at) return;
    await sleep(100);
  }
  throw new Error('the message was not noted as handled within 10 seconds');
});

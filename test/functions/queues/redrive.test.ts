import { randomUUID } from 'node:crypto';
import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, expect, inject, it, vi } from 'vitest';
import { balancesOf, newUser, newWallet, record } from '../../support/api.ts';
import { expectError } from '../answers.ts';
import { sql } from '../database.ts';
import { asOperator, itIsForOperators } from '../operator.ts';
import { purchase } from '../purchase.ts';

const sqs = new SQSClient({
  endpoint: inject('platform').sqsEndpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
});

afterAll(() => sqs.destroy());

const urlOf = async (name: string): Promise<string> => {
  const { QueueUrl = '' } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }));
  return inject('platform').sqsEndpoint.replace(/\/$/, '') + new URL(QueueUrl).pathname;
};

const redrive = (name = 'recalculate-balance') => asOperator('POST', `/queues/${name}/redrive`);
const deadLetters = async (): Promise<number> =>
  (await asOperator('GET', '/queues')).body.items[0].dead_letters;

itIsForOperators('POST', '/queues/recalculate-balance/redrive');

it('moves dead letters back to their queue, where they are handled', async () => {
  await redrive();
  const user = await newUser();
  const wallet = await newWallet(user);
  await record(user, wallet, purchase);
  const [before] = await balancesOf(user, wallet);
  await sql(`UPDATE balances SET dirty_since = '-infinity', amount = 7, raw_amount = 7 WHERE uuid = $1`, [
    before.uuid,
  ]);
  const dlq = await urlOf('bagtracker-recalculate-balance-dlq.fifo');
  for (let letter = 0; letter < 13; letter += 1) {
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: dlq,
        MessageGroupId: letter % 2 === 0 ? user.uuid : randomUUID(),
        MessageDeduplicationId: randomUUID(),
        MessageBody: JSON.stringify({ balance_uuid: letter === 12 ? before.uuid : randomUUID() }),
      }),
    );
  }
  expect(await deadLetters()).toBe(13);
  const { status, body } = await redrive();
  expect([status, body]).toEqual([202, { moved: 13 }]);
  expect(await deadLetters()).toBe(0);
  await vi.waitFor(async () => expect(await balancesOf(user, wallet)).toEqual([before]), {
    timeout: 15_000,
    interval: 100,
  });
  expect((await redrive()).body).toEqual({ moved: 0 });
});

it('does not know a queue that does not exist', async () => {
  expectError(await redrive('nothing'), 404, 'QueueError', 'Queue not found');
  expectError(await redrive('constructor'), 404, 'QueueError');
});

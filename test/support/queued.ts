/** A process that stands in for a function which leaves every replay to the queue. */
import { randomUUID } from 'node:crypto';
import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { inject } from 'vitest';

/** Sets the variables that a function of the worker's role has. */
export const becomeWorker = async (): Promise<{ send: (group: string, body: unknown) => Promise<void> }> => {
  const { sqsEndpoint, secretsManagerEndpoint } = inject('platform');
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local-worker',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_SQS: sqsEndpoint,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManagerEndpoint,
    DATABASE_SECRET_ID: 'bagtracker/database',
  });
  const sqs = new SQSClient({});
  const name = new GetQueueUrlCommand({ QueueName: 'bagtracker-recalculate-balance.fifo' });
  const { pathname } = new URL((await sqs.send(name)).QueueUrl ?? '');
  const queueUrl = sqsEndpoint.replace(/\/$/, '') + pathname;
  process.env.RECALCULATE_BALANCE_QUEUE_URL = queueUrl;
  const send = async (group: string, body: unknown) => {
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: typeof body === 'string' ? body : JSON.stringify(body),
        MessageGroupId: group,
        MessageDeduplicationId: randomUUID(),
      }),
    );
  };
  return { send };
};

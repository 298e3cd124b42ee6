/** The built worker on a database and a queue of a test's own, as the event-source mapping runs it. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { afterAll, onTestFinished } from 'vitest';
import { type Message, recalculateBalance } from '#shared/contract/messages.ts';
import { createLambda } from '../../scripts/local/lambda/lambda.ts';
import { secretId } from '../../scripts/local/secrets.ts';
import { startAwsFront } from '../../scripts/local/servers/aws.ts';
import { mapping } from '../platform/queue-fixture.ts';

export const bundlesDir = resolve(import.meta.dirname, '../../dist/functions');

export const workerId = `queues/${recalculateBalance.id}`;

/** What SQS says of each failed record; the one thing that a test may say instead. */
export interface Batch {
  event: SQSEvent;
  /** Runs the built function with what was received, or with what the test makes of it. */
  run: (event?: SQSEvent) => Promise<{ batchItemFailures: { itemIdentifier: string }[] }>;
  /** Has a record delivered again in a second, whatever delay its function asked for. */
  retrySoon: (record: SQSRecord) => Promise<unknown>;
}

/**
 * The variables of the worker's role, for a database and a queue. Secrets of a front that lasts as long as the test file:
 * call it at its top.
 */
export const workersOf = async (databaseUrl: string) => {
  const folder = await mkdtemp(join(tmpdir(), 'bagtracker-workers-'));
  const front = await startAwsFront({ dataFile: join(folder, 'aws.json') });
  afterAll(async () => {
    await front.stop();
    await rm(folder, { recursive: true, force: true });
  });
  const credentials = { accessKeyId: 'local-worker', secretAccessKey: 'local' };
  const secrets = new SecretsManagerClient({ endpoint: front.url, region: 'us-east-1', credentials });
  const Name = secretId('database');
  await secrets.send(new CreateSecretCommand({ Name, SecretString: JSON.stringify({ url: databaseUrl }) }));
  return (sqsEndpoint: string, queueUrl: string): Record<string, string> => ({
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_ENDPOINT_URL_SQS: sqsEndpoint,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: front.url,
    DATABASE_SECRET_ID: Name,
    RECALCULATE_BALANCE_QUEUE_URL: queueUrl,
    LOG_LEVEL: 'silent',
  });
};

export type VariablesOf = Awaited<ReturnType<typeof workersOf>>;

/** A message as a test sends it; in which group is the test's affair. */
export interface Sent {
  group: string;
  body: string;
}

export const messageFor = (group: string, balance_uuid: string): Sent => ({
  group,
  body: JSON.stringify({ balance_uuid }),
});

/** An event that holds messages as SQS would deliver them together, for the first time unless said otherwise. */
export const eventOf = (messages: readonly Sent[], receives = 1) => ({
  Records: messages.map(({ group, body }) => ({
    messageId: randomUUID(),
    receiptHandle: 'none',
    body,
    attributes: {
      ApproximateReceiveCount: String(receives),
      MessageGroupId: group,
      MessageDeduplicationId: randomUUID(),
    },
  })),
});

/**
 * For one test: a queue over the wire, and up to five workers at it, with what the test does to their batches. `invoke`
 * hands a worker a batch without the queue; `logged` is what the workers have warned of.
 */
export const workAt = async (
  variablesOf: VariablesOf,
  meddle: (batch: Batch) => Promise<unknown> = ({ run }) => run(),
  changes: Partial<Message> = {},
) => {
  const work = async (records: SQSRecord[], retrySoon: Batch['retrySoon']) => {
    const event: SQSEvent = { Records: records };
    return meddle({ event, run: (given = event) => invoke(given), retrySoon });
  };
  const wire = await mapping(work, { ...recalculateBalance, ...changes });
  const limits = { timeoutSeconds: 60, memoryMegabytes: recalculateBalance.memoryMegabytes };
  const logged: string[] = [];
  const lambda = createLambda({
    bundlesDir,
    environment: () => ({ ...variablesOf(wire.url, wire.queue.url), LOG_LEVEL: 'warn' }),
    log: (line) => logged.push(line),
    maxPerFunction: 5,
    maxTotal: 5,
  });
  onTestFinished(lambda.stop);
  const invoke = async (event: unknown) =>
    (await lambda.invoke(workerId, event, limits)) as Awaited<ReturnType<Batch['run']>>;
  /** Sends each as a message of its own, in this order within its group. */
  const deliver = async (messages: readonly Sent[]): Promise<void> => {
    for (let start = 0; start < messages.length; start += 10) {
      await wire.sqs.send(
        new SendMessageBatchCommand({
          QueueUrl: wire.queue.url,
          Entries: messages.slice(start, start + 10).map(({ group, body }, place) => ({
            Id: String(place),
            MessageBody: body,
            MessageGroupId: group,
            MessageDeduplicationId: randomUUID(),
          })),
        }),
      );
    }
  };
  return { ...wire, deliver, invoke, logged };
};

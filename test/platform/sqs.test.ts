import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import * as sqs from '@aws-sdk/client-sqs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startSqs } from '../../scripts/local/servers/sqs.ts';
import { ignore, privateFolder } from './folders.ts';

async function start(dataDir: string) {
  const server = await startSqs({ dataDir, log: ignore });
  onTestFinished(() => server.stop());
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new sqs.SQSClient({ endpoint: server.url, region: 'us-east-1', credentials });
  return { ...server, client };
}

type Client = sqs.SQSClient;

async function createQueue(client: Client): Promise<string> {
  const Attributes = { FifoQueue: 'true', VisibilityTimeout: '30' };
  const created = await client.send(new sqs.CreateQueueCommand({ QueueName: 'work.fifo', Attributes }));
  return created.QueueUrl ?? '';
}

function send(client: Client, QueueUrl: string, body: string, group: string) {
  return client.send(
    new sqs.SendMessageCommand({
      QueueUrl,
      MessageBody: body,
      MessageGroupId: group,
      MessageDeduplicationId: body,
    }),
  );
}

async function receive(client: Client, QueueUrl: string, seconds = 0): Promise<sqs.Message[]> {
  const input = { QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: seconds };
  const { Messages = [] } = await client.send(new sqs.ReceiveMessageCommand(input));
  return Messages;
}

/** Deletes what was received and goes on receiving until nothing comes; answers all bodies in order. */
async function drain(client: Client, QueueUrl: string, received: sqs.Message[]): Promise<unknown[]> {
  const seen = bodies(received);
  for (let batch = received; ; batch = await receive(client, QueueUrl)) {
    if (batch !== received) seen.push(...bodies(batch));
    if (batch.length === 0 && batch !== received) return seen;
    for (const { ReceiptHandle } of batch)
      await client.send(new sqs.DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  }
}

const bodies = (messages: sqs.Message[]) => messages.map(({ Body }) => Body);

describe('the local SQS', () => {
  test('keeps the order of a group, blocks it while one is in flight and drops duplicates', async () => {
    const { client } = await start(await privateFolder());
    const url = await createQueue(client);
    for (const body of ['a1', 'a2', 'a1', 'b1']) await send(client, url, body, body.charAt(0));
    const first = await receive(client, url);
    expect(bodies(first)).toEqual(['a1', 'b1']);
    expect(await receive(client, url)).toEqual([]);
    expect(await drain(client, url, first)).toEqual(['a1', 'b1', 'a2']);
  });

  test('keeps queues and messages across a restart on another port', async () => {
    const dataDir = join(await privateFolder(), 'sqs');
    const first = await start(dataDir);
    const url = await createQueue(first.client);
    await send(first.client, url, 'a1', 'a');
    const inFlight = await receive(first.client, url);
    for (const body of ['a2', 'a3', 'b1']) await send(first.client, url, body, body.charAt(0));
    await first.stop();

    const { client } = await start(dataDir);
    const { QueueUrl = '' } = await client.send(new sqs.GetQueueUrlCommand({ QueueName: 'work.fifo' }));
    expect(await drain(client, QueueUrl, [])).toEqual(['b1']);
    await send(client, url, 'a4', 'a');
    expect(await drain(client, QueueUrl, inFlight)).toEqual(['a1', 'a2', 'a3', 'a4']);
  });

  test('gives a message again that was made visible at once', async () => {
    const { client } = await start(await privateFolder());
    const QueueUrl = await createQueue(client);
    await send(client, QueueUrl, 'a1', 'a');
    const [message] = await receive(client, QueueUrl);
    const ReceiptHandle = message?.ReceiptHandle;
    await client.send(
      new sqs.ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }),
    );
    expect(bodies(await receive(client, QueueUrl))).toEqual(['a1']);
  });

  test('does not wait for a receiver when it stops', async () => {
    const { client, stop } = await start(await privateFolder());
    const url = await createQueue(client);
    const waiting = receive(client, url, 20).catch(ignore);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const started = Date.now();
    await stop();
    expect(Date.now() - started).toBeLessThan(2_000);
    client.destroy();
    await waiting;
  });

  test('listens on 127.0.0.1 only', async () => {
    const { port } = new URL((await start(await privateFolder())).url);
    const outer = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ family, internal }) => family === 'IPv4' && !internal);
    for (const { address } of outer)
      await expect(fetch(`http://${address}:${port}/health`)).rejects.toThrow();
    expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
  });
});

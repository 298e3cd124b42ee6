import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { provisionQueues, type Queue } from '../../scripts/local/triggers/queues.ts';
import { messageOf, queueService } from './queue-fixture.ts';

test('makes FIFO queues with their dead-letter queues, and makes them again without harm', async () => {
  const { sqs, url } = await queueService();
  const declared = messageOf({ timeoutSeconds: 7, maxReceives: 4 });
  const first = await provisionQueues({ messages: [declared], sqs });
  const changed = { ...declared, timeoutSeconds: 8, maxReceives: 5 };
  const again = await provisionQueues({ messages: [changed], sqs });
  expect(again).toEqual(first);
  const queue = first.test as Queue;
  expect(queue.url).toBe(`${url}/000000000000/bagtracker-test.fifo`);
  expect(queue.dlqUrl).toMatch(/-dlq\.fifo$/);
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queue.url, AttributeNames: ['All'] }),
  );
  expect(Attributes).toMatchObject({ FifoQueue: 'true', VisibilityTimeout: '48' });
  expect(JSON.parse(Attributes?.RedrivePolicy ?? '')).toEqual({
    deadLetterTargetArn: expect.stringContaining('bagtracker-test-dlq.fifo'),
    maxReceiveCount: 5,
  });
});

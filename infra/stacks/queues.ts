import { Stack, type StackProps } from 'aws-cdk-lib';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { messages } from '#shared/contract/index.ts';
import { DeadLetterQueue, MessageQueue } from '../constructs/queue.ts';
import { pascalCase } from '../names.ts';

/** Messages on their way. Apart from those who send and consume them, who come and go. */
export class QueuesStack extends Stack {
  readonly queues: ReadonlyMap<string, MessageQueue>;
  readonly failedRuns: IQueue;

  constructor(scope: Construct, id: string, props: StackProps = {}) {
    super(scope, id, props);
    this.queues = new Map(
      messages.map((message) => [message.id, new MessageQueue(this, pascalCase(message.id), message)]),
    );
    this.failedRuns = new DeadLetterQueue(this, 'FailedRuns');
  }
}

import { Stack, type StackProps } from 'aws-cdk-lib';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { messages } from '#shared/contract/index.ts';
import { Worker } from '../constructs/worker.ts';
import { pascalCase } from '../names.ts';
import type { Platform } from '../platform.ts';

export interface WorkersStackProps extends StackProps {
  platform: Platform;
  /** The queue of each message, by its id. */
  queues: ReadonlyMap<string, IQueue>;
}

/** The consumer of every message. */
export class WorkersStack extends Stack {
  constructor(scope: Construct, id: string, { platform, queues, ...props }: WorkersStackProps) {
    super(scope, id, props);
    for (const message of messages) {
      const queue = queues.get(message.id);
      if (!queue) throw new Error(`No queue was made for ${message.id}`);
      new Worker(this, pascalCase(message.id), { platform, message, queue });
    }
  }
}

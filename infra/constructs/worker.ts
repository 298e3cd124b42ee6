import { Duration } from 'aws-cdk-lib';
import { EventSourceMapping, type EventSourceMappingOptions } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Message } from '#shared/contract/messages.ts';
import type { Platform } from '../platform.ts';
import { ServiceFunction } from './function.ts';

export interface WorkerProps extends Partial<EventSourceMappingOptions> {
  platform: Platform;
  message: Message;
  queue: IQueue;
}

/** The function that a message's queue feeds. A record that fails is retried alone; the rest of its batch is done. */
export class Worker extends Construct {
  constructor(scope: Construct, id: string, worker: WorkerProps) {
    super(scope, id);
    const { platform, message, queue, ...props } = worker;
    const target = new ServiceFunction(this, 'Function', {
      platform,
      source: `queues/${message.id}`,
      permissions: message.role ?? 'worker',
      description: `Consumes ${message.id}`,
      memorySize: message.memoryMegabytes,
      timeout: Duration.seconds(message.timeoutSeconds),
    });
    new EventSourceMapping(this, 'Source', {
      target,
      eventSourceArn: queue.queueArn,
      batchSize: message.batchSize,
      maxConcurrency: message.maxConcurrency,
      reportBatchItemFailures: true,
      ...props,
    });
  }
}

import { Duration } from 'aws-cdk-lib';
import {
  DeduplicationScope,
  FifoThroughputLimit,
  Queue,
  QueueEncryption,
  type QueueProps,
} from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Message } from '#shared/contract/messages.ts';
import { deadLetterRetention } from '../config.ts';

const encrypted = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true } as const;

/** Where deliveries end that no retry could save. */
export class DeadLetterQueue extends Queue {
  constructor(scope: Construct, id: string, props: QueueProps = {}) {
    super(scope, id, { ...encrypted, retentionPeriod: deadLetterRetention, ...props });
  }
}

/** The queue of one message: in order within a group, groups side by side, with its own dead-letter queue. */
export class MessageQueue extends Queue {
  readonly deadLetters: DeadLetterQueue;

  constructor(scope: Construct, id: string, message: Message, props: QueueProps = {}) {
    const deadLetters = new DeadLetterQueue(scope, `${id}DeadLetters`, { fifo: true });
    super(scope, id, {
      ...encrypted,
      fifo: true,
      fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
      deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
      // Two messages that say the same are two: what is dirty again within five minutes must be replayed again.
      contentBasedDeduplication: false,
      // Six times the function's time, as AWS advises: a throttled batch is retried before its messages come back.
      visibilityTimeout: Duration.seconds(6 * message.timeoutSeconds),
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: message.maxReceives },
      ...props,
    });
    this.deadLetters = deadLetters;
  }
}

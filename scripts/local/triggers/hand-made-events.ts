// Events that an operator gives by hand, completed to what the function would get from its trigger.
import { createHash, randomUUID } from 'node:crypto';
import type { APIGatewayProxyEventV2, SQSEvent } from 'aws-lambda';
import type { Endpoint } from '#shared/contract/endpoint.ts';
import type { Message } from '#shared/contract/messages.ts';
import type { Schedule } from '#shared/contract/schedules.ts';
import { SetupError } from '../servers/processes.ts';
import { gatewayEvent } from './gateway-event.ts';
import { latestScheduledTime, scheduledEvent } from './scheduler.ts';
import { sqsEvent } from './sqs-event.ts';

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A request without headers and body, with the parts of `given` in place of its own. */
export function httpEvent(endpoint: Endpoint, given: unknown): APIGatewayProxyEventV2 {
  const plain = gatewayEvent({
    endpoint,
    url: endpoint.path,
    params: {},
    headers: { host: ['localhost'] },
    body: Buffer.alloc(0),
    sourceIp: '127.0.0.1',
    now: new Date(),
  });
  if (given === undefined) return plain;
  if (!isObject(given)) throw new SetupError('The event of an endpoint is an object in payload format 2.0.');
  return { ...plain, ...given };
}

/** An SQS event; anything else counts as the body of one message. */
export function queueEvent(message: Message, given: unknown): SQSEvent {
  if (given === undefined)
    throw new SetupError(`queues/${message.id} needs a message: give its body, or an SQS event, by --event.`);
  if (isObject(given) && 'Records' in given) return given as SQSEvent;
  const Body = JSON.stringify(given);
  const now = String(Date.now());
  return sqsEvent(
    [
      {
        MessageId: randomUUID(),
        ReceiptHandle: 'by-hand',
        Body,
        MD5OfBody: createHash('md5').update(Body).digest('hex'),
        Attributes: {
          ApproximateReceiveCount: '1',
          SentTimestamp: now,
          SenderId: 'operator',
          ApproximateFirstReceiveTimestamp: now,
          MessageGroupId: 'by-hand',
        },
      },
    ],
    { arn: `arn:aws:sqs:us-east-1:000000000000:bagtracker-${message.id}.fifo` },
  );
}

/** The instant given, or the one at which the schedule was last due. */
export function scheduleEvent(schedule: Schedule, at: string | undefined, now: Date) {
  if (at !== undefined && !(/T.*(Z|[+-]\d\d:?\d\d)$/.test(at) && Date.parse(at) > 0))
    throw new SetupError(`--at ${at} is not a time: write it like 2024-03-01T12:00:00Z.`);
  if (at !== undefined && new Date(at) > now)
    throw new SetupError(`--at ${at} has not come yet: give a time that has, up to ${now.toISOString()}.`);
  const due = at === undefined ? latestScheduledTime(schedule, now) : new Date(at);
  if (!due) throw new SetupError(`${schedule.id} was never due: say when with --at.`);
  return scheduledEvent(due);
}

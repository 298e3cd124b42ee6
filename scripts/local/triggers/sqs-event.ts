import type { Message as SqsMessage } from '@aws-sdk/client-sqs';
import type { SQSEvent, SQSMessageAttribute, SQSRecord } from 'aws-lambda';

type Attribute = NonNullable<SqsMessage['MessageAttributes']>[string];

function messageAttribute(attribute: Attribute): SQSMessageAttribute {
  const { DataType: dataType = 'String', StringValue: stringValue, BinaryValue: binary } = attribute;
  return {
    ...(stringValue !== undefined && { stringValue }),
    ...(binary !== undefined && {
      binaryValue: Buffer.from(binary).toString('base64'),
    }),
    stringListValues: [],
    binaryListValues: [],
    dataType,
  };
}

function sqsRecord(message: SqsMessage, { arn, region }: { arn: string; region: string }): SQSRecord {
  const { Attributes: attributes = {}, MessageAttributes: messageAttributes = {} } = message;
  return {
    messageId: message.MessageId ?? '',
    receiptHandle: message.ReceiptHandle ?? '',
    body: message.Body ?? '',
    attributes: {
      ...attributes,
      ApproximateReceiveCount: attributes.ApproximateReceiveCount ?? '1',
      SentTimestamp: attributes.SentTimestamp ?? '0',
      SenderId: attributes.SenderId ?? '',
      ApproximateFirstReceiveTimestamp: attributes.ApproximateFirstReceiveTimestamp ?? '0',
    },
    messageAttributes: Object.fromEntries(
      Object.entries(messageAttributes).map(([name, attribute]) => [name, messageAttribute(attribute)]),
    ),
    md5OfBody: message.MD5OfBody ?? '',
    eventSource: 'aws:sqs',
    eventSourceARN: arn,
    awsRegion: region,
  };
}

/** Received messages as Lambda's event-source mapping hands them to a function. */
export const sqsEvent = (messages: readonly SqsMessage[], queue: { arn: string }): SQSEvent => {
  const region = queue.arn.split(':')[3] ?? '';
  return {
    Records: messages.map((message) => sqsRecord(message, { arn: queue.arn, region })),
  };
};

import type middy from '@middy/core';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { ErrorType } from '#shared/contract/endpoint.ts';
import { errorStatuses } from '#shared/contract/error-statuses.ts';
import { AppError, type Fault, TooManyRequests } from '#shared/errors.ts';
import { isDatabaseBusy, isDatabaseDown, isUnstorable } from './database-errors.ts';

type Reply = APIGatewayProxyStructuredResultV2;

const brand = Symbol('answered');

/** A file as it is sent to somebody who accepts these encodings. */
export type File = (acceptedEncodings: string | undefined) => {
  headers: Record<string, string>;
  content: Pick<Reply, 'body' | 'isBase64Encoded'>;
};

/** A body with its status. */
export interface Answered {
  readonly [brand]: true;
  readonly status: number;
  readonly body: unknown;
  /** What is answered instead of the body, in JSON. */
  readonly file?: File;
}

/** What a handler returns where the endpoint's own status does not fit. */
export const answerWith = (status: number, body: unknown): Answered => ({ [brand]: true, status, body });

/** What a handler returns where a file was asked for. */
export const answerFile = (status: number, file: File): Answered => ({
  ...answerWith(status, undefined),
  file,
});

export const isAnswered = (value: unknown): value is Answered =>
  typeof value === 'object' && value !== null && brand in value;

const isEmpty = (status: number): boolean => status === 204 || status === 304;

/** An answer as API Gateway sends it, with the headers that every answer has, failures included. */
export const toReply = (
  { status, body }: Answered,
  requestId: string,
  headers: Readonly<Record<string, string>> = {},
): Reply => ({
  statusCode: status,
  headers: {
    ...(isEmpty(status) ? {} : { 'content-type': 'application/json; charset=utf-8' }),
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'strict-transport-security': 'max-age=63072000; includeSubDomains',
    vary: 'Origin',
    'x-content-type-options': 'nosniff',
    'x-request-id': requestId,
    ...headers,
  },
  ...(isEmpty(status) ? {} : { body: JSON.stringify(body) }),
});

/** The failures of the body parser, which speaks HTTP statuses, in our words. */
const fromParser = (error: unknown): AppError | undefined => {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined;
  if (error.statusCode === 415) {
    return new AppError('BadRequestException', 'Send a JSON body with Content-Type: application/json');
  }
  return new AppError('BadRequestException', 'The body is not valid JSON');
};

const toAppError = (error: unknown): AppError => {
  if (error instanceof AppError) return error;
  const parser = fromParser(error);
  if (parser) return parser;
  if (isUnstorable(error)) {
    return new AppError(
      'BadRequestException',
      'The request cannot be stored: a text holds a character such as NUL, or an amount adds up to more than 78 digits',
    );
  }
  if (isDatabaseBusy(error)) {
    return new AppError('ServiceUnavailable', 'Other changes are in the way: try again in a few seconds');
  }
  if (isDatabaseDown(error)) {
    return new AppError('ServiceUnavailable', 'The database does not answer: try again in a few seconds');
  }
  return new AppError('GeneralProcessingException', 'Something went wrong on our side');
};

const extraHeaders: Partial<Record<ErrorType, Record<string, string>>> = {
  AuthenticationError: { 'www-authenticate': 'Bearer' },
  ServiceUnavailable: { 'retry-after': '5' },
};

interface ErrorBody {
  type: ErrorType;
  message: string;
  details?: readonly Fault[];
  request_id: string;
}

/** The one place where a failure becomes an answer. What is not ours to show stays out of it. */
export const failureReply = (error: unknown, requestId: string): Reply => {
  const shown = toAppError(error);
  const body: ErrorBody = { type: shown.type, message: shown.message, request_id: requestId };
  if (shown.details) body.details = shown.details;
  const headers = shown instanceof TooManyRequests ? shown.headers : extraHeaders[shown.type];
  return toReply(answerWith(errorStatuses[shown.type], body), requestId, headers);
};

/** Bodies are small but for imports; a larger one is refused before it is parsed. */
const defaultBodyBytes = 256 * 1024;

/** Refuses a body that is larger than the endpoint takes. */
export const limitBody = <Event extends { body?: unknown }>(
  maxBytes = defaultBodyBytes,
): middy.MiddlewareObj<Event, Reply> => ({
  before: ({ event }) => {
    if (typeof event.body === 'string' && Buffer.byteLength(event.body) > maxBytes) {
      throw new AppError('PayloadTooLarge', `The body is larger than ${maxBytes} bytes: send less at a time`);
    }
  },
});

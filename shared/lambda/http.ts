/**
 * The wrapper of every HTTP function: who is calling, what they ask, one transaction for what changes something, and one
 * place where failures become answers.
 */
import middy from '@middy/core';
import jsonBodyParser from '@middy/http-json-body-parser';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type * as z from 'zod';
import type { Db } from '#shared/adapters/db/client.ts';
import {
  type Auth,
  type Endpoint,
  heedsIfMatch,
  type Input,
  type Result,
  type Shapes,
} from '#shared/contract/endpoint.ts';
import { AppError } from '#shared/errors.ts';
import type { IfMatch, SignedIn } from '#shared/usecases/context.ts';
import { sendAnnounced } from '#shared/usecases/send-outbox.ts';
import { withRetries } from './database-errors.ts';
import { beforeDeadline } from './deadline.ts';
import { etagOf, precondition } from './etag.ts';
import { onceOnly } from './idempotency.ts';
import { addressOf, identify } from './identify.ts';
import { describe, log } from './log.ts';
import { type Answered, answerWith, isAnswered, limitBody, toReply } from './reply.ts';
import { parse } from './request.ts';
import { answer, type Trace } from './trace.ts';

type Event = Omit<APIGatewayProxyEventV2, 'body'> & { body?: unknown };
type Reply = APIGatewayProxyStructuredResultV2;

/** What a handler gets: the parsed request, the database, and for signed-in endpoints the user. */
type Call<S extends Shapes, A extends Auth> = Input<S> & {
  /** The open transaction of a POST, PUT, PATCH or DELETE; a plain connection otherwise. */
  db: Db;
  now: Date;
  announced: string[];
  /** Where the request comes from. */
  address: string;
  /** PUT, PATCH and DELETE call it with what is there before they change it. */
  ifMatch: IfMatch;
} & (A extends 'user' ? { caller: SignedIn } : unknown);

/** A failure that is returned instead of thrown keeps what was written: a refusal may have to be remembered. */
type Handle<S extends Shapes, A extends Auth> = (
  call: Call<S, A>,
) => Promise<Result<S> | Answered | AppError>;

const parseInput = (shapes: Shapes, event: Event) => ({
  params: parse(shapes.params, event.pathParameters ?? {}),
  query: parse(shapes.query, event.queryStringParameters ?? {}),
  body: parse(shapes.body as z.ZodObject | undefined, event.body),
});

/** Our own bad answer is our fault: never the caller's 400. */
const checked = <S extends Shapes, A extends Auth>(endpoint: Endpoint<S, A>, result: unknown): Answered => {
  if (isAnswered(result) && result.file) return result;
  const { status, body } = isAnswered(result) ? result : answerWith(endpoint.status, result);
  const { success, data, error } = endpoint.shapes.response.safeParse(body);
  if (success) return answerWith(status, data);
  log('error', 'answer does not fit its schema', {
    endpoint: endpoint.id,
    fields: error.issues.map((issue) => issue.path.join('.')),
  });
  throw new AppError('GeneralProcessingException', 'Something went wrong on our side');
};

const run = async <S extends Shapes, A extends Auth>(
  endpoint: Endpoint<S, A>,
  handle: Handle<S, A>,
  { event, connection, trace }: { event: Event; connection: Db; trace: Trace },
): Promise<Answered> => {
  const { caller, now } = trace;
  const input = parseInput(endpoint.shapes, event);
  const serve = async (db: Db, announced: string[]) => {
    const { ifMatch, assertCompared } = precondition(event.headers['if-match']);
    const call = { ...input, db, now, announced, caller, address: addressOf(event), ifMatch };
    const result = await handle(call as unknown as Call<S, A>);
    if (result instanceof AppError) return result;
    if (heedsIfMatch(endpoint)) assertCompared();
    return checked(endpoint, result);
  };
  if (endpoint.method === 'GET') return orThrow(await serve(connection, []));
  const { answered, announced } = await withRetries(() =>
    connection.transaction(async (tx) => {
      const pending: string[] = [];
      const answered = await onceOnly(tx, endpoint, { caller, input, headers: event.headers }, () =>
        serve(tx, pending),
      );
      return { answered, announced: pending };
    }),
  );
  // The change stands whether or not its messages go out now: the sweeper sends what is left.
  await sendAnnounced(connection, announced).catch((error: unknown) =>
    log('warn', 'messages left to the sweeper', describe(error)),
  );
  return orThrow(answered);
};

const orThrow = (answered: Answered | AppError): Answered => {
  if (answered instanceof AppError) throw answered;
  return answered;
};

/** Makes the Lambda handler of an endpoint. */
export const http = <S extends Shapes, A extends Auth>(endpoint: Endpoint<S, A>, handle: Handle<S, A>) => {
  const underWay = new WeakMap<Event, { trace: Trace; connection?: Db }>();
  const wrapped = middy<Event, Reply>()
    .use(limitBody(endpoint.maxBodyBytes))
    // Who is calling comes before what they say: a stranger's body is not even parsed.
    .before(async ({ event }) => {
      const request = underWay.get(event);
      if (request) request.connection = await identify(endpoint, event, request.trace);
    });
  if (endpoint.shapes.body) wrapped.use(jsonBodyParser() as middy.MiddlewareObj<Event, Reply>);
  wrapped.handler(async (event) => {
    const { trace, connection } = underWay.get(event) ?? {};
    if (!trace || !connection) throw new Error('a request reached its handler without an identity');
    const answered = await run(endpoint, handle, { event, trace, connection });
    const { requestId } = event.requestContext;
    if (answered.file) {
      const file = answered.file(event.headers['accept-encoding']);
      return { ...toReply(answered, requestId, file.headers), ...file.content };
    }
    const headers = endpoint.etag ? { etag: etagOf(answered.body) } : {};
    return toReply(answered, requestId, headers);
  });
  return (event: Event, context: Context): Promise<Reply> =>
    answer(event, (trace) => {
      underWay.set(event, { trace });
      return beforeDeadline(context, () => wrapped(event, context));
    });
};

/**
 * The wrapper of every HTTP function: who is calling, what they ask, one transaction for what changes something, and one
 * place where failures become answers.
 */
import middy from '@middy/core';
import jsonBodyParser from '@middy/http-json-body-parser';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type * as z from 'zod';
import { requireAdmin } from '#shared/adapters/admin-token.ts';
import { db as connectDb, type Db } from '#shared/adapters/db/client.ts';
import { findUserId } from '#shared/adapters/db/users.ts';
import { verifyAccessToken } from '#shared/adapters/tokens/verify.ts';
import type { Auth, Endpoint, Input, Result, Shapes } from '#shared/contract/endpoint.ts';
import { AppError } from '#shared/errors.ts';
import type { Caller } from '#shared/usecases/context.ts';
import { sendAnnounced } from '#shared/usecases/send-outbox.ts';
import { withRetries } from './database-errors.ts';
import { onceOnly } from './idempotency.ts';
import { describe, log } from './log.ts';
import { type Answered, answerWith, failure, isAnswered, limitBody, toReply } from './reply.ts';
import { parse } from './request.ts';

type Event = Omit<APIGatewayProxyEventV2, 'body'> & { body?: unknown };
type Reply = APIGatewayProxyStructuredResultV2;

/** What a handler gets: the parsed request, the database, and for signed-in endpoints the user. */
type Call<S extends Shapes, A extends Auth> = Input<S> & {
  /** The open transaction of a POST, PUT, PATCH or DELETE; a plain connection otherwise. */
  db: Db;
  now: Date;
  announced: string[];
} & (A extends 'user' ? { caller: Caller } : unknown);

type Handle<S extends Shapes, A extends Auth> = (call: Call<S, A>) => Promise<Result<S> | Answered>;

const identify = async (auth: Auth, event: Event, db: Db, now: Date): Promise<Caller | undefined> => {
  if (auth === 'admin') await requireAdmin(event.headers['x-auth-token']);
  if (auth !== 'user') return undefined;
  const userUuid = await verifyAccessToken(event.headers.authorization, now);
  const userId = await findUserId(db, userUuid);
  if (userId === undefined) throw new AppError('AuthenticationError', 'This account no longer exists');
  return { userId, userUuid };
};

const parseInput = (shapes: Shapes, event: Event) => ({
  params: parse(shapes.params, event.pathParameters ?? {}),
  query: parse(shapes.query, event.queryStringParameters ?? {}),
  body: parse(shapes.body as z.ZodObject | undefined, event.body ?? {}),
});

/** Our own bad answer is our fault: never the caller's 400. */
const checked = <S extends Shapes, A extends Auth>(endpoint: Endpoint<S, A>, result: unknown): Answered => {
  const { status, body } = isAnswered(result) ? result : answerWith(endpoint.status, result);
  const { success, data, error } = endpoint.shapes.response.safeParse(body);
  if (success) return answerWith(status, data);
  log('error', 'answer does not fit its schema', {
    endpoint: endpoint.id,
    fields: error.issues.map((issue) => issue.path.join('.')),
  });
  throw new AppError('GeneralProcessingException', 'Something went wrong on our side');
};

interface Identified {
  db: Db;
  caller: Caller | undefined;
  now: Date;
  /** On the clock of `performance`: what a request takes includes finding out whose it is. */
  started: number;
}

/** Who is calling comes first: a stranger learns nothing about bodies, and none of theirs is parsed. */
const identifyFirst = (
  auth: Auth,
  identified: WeakMap<Event, Identified>,
): middy.MiddlewareObj<Event, Reply> => ({
  before: async ({ event }) => {
    const now = new Date();
    const started = performance.now();
    const db = await connectDb();
    identified.set(event, { db, now, started, caller: await identify(auth, event, db, now) });
  },
});

const run = async <S extends Shapes, A extends Auth>(
  endpoint: Endpoint<S, A>,
  handle: Handle<S, A>,
  event: Event,
  { db: connection, caller, now }: Identified,
): Promise<Answered> => {
  const input = parseInput(endpoint.shapes, event);
  const serve = async (db: Db, announced: string[]) =>
    checked(endpoint, await handle({ ...input, db, now, announced, caller } as unknown as Call<S, A>));
  if (endpoint.method === 'GET') return serve(connection, []);
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
  return answered;
};

/** Makes the Lambda handler of an endpoint. */
export const http = <S extends Shapes, A extends Auth>(endpoint: Endpoint<S, A>, handle: Handle<S, A>) => {
  const identified = new WeakMap<Event, Identified>();
  const wrapped = middy<Event, Reply>()
    .use(failure(endpoint))
    .use(limitBody(endpoint.maxBodyBytes))
    .use(identifyFirst(endpoint.auth, identified));
  if (endpoint.shapes.body) wrapped.use(jsonBodyParser() as middy.MiddlewareObj<Event, Reply>);
  return wrapped.handler(async (event) => {
    const known = identified.get(event);
    if (!known) throw new Error('a request reached its handler without an identity');
    const answered = await run(endpoint, handle, event, known);
    log('info', 'request', {
      request_id: event.requestContext.requestId,
      route: event.routeKey,
      user: known.caller?.userUuid,
      status: answered.status,
      duration_ms: Math.round(performance.now() - known.started),
    });
    return toReply(answered, event.requestContext.requestId);
  });
};

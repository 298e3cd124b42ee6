import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { SignedIn } from '#shared/usecases/context.ts';
import { describe, log } from './log.ts';
import { failureReply } from './reply.ts';

type Reply = APIGatewayProxyStructuredResultV2;

interface Event {
  routeKey: string;
  requestContext: { requestId: string };
}

/** What is found out about a request on its way to its answer. */
export interface Trace {
  now: Date;
  caller?: SignedIn | undefined;
  /** Headers that its answer gets, failures included. */
  headers: Record<string, string>;
}

/** Answers a request, whatever happens, and logs it: one line each, with nothing of what was sent. */
export const answer = async (event: Event, work: (trace: Trace) => Promise<Reply>): Promise<Reply> => {
  const started = performance.now();
  const { requestId } = event.requestContext;
  const trace: Trace = { now: new Date(), headers: {} };
  let fault: Record<string, unknown> = {};
  const reply = await work(trace).catch((error: unknown) => {
    const failed = failureReply(error, requestId);
    if ((failed.statusCode ?? 500) >= 500) fault = describe(error);
    return failed;
  });
  const status = reply.statusCode ?? 500;
  log(status >= 500 ? 'error' : 'info', 'request', {
    request_id: requestId,
    route: event.routeKey,
    user: trace.caller?.userUuid,
    status,
    duration_ms: Math.round(performance.now() - started),
    ...fault,
  });
  return { ...reply, headers: { ...trace.headers, ...reply.headers } };
};

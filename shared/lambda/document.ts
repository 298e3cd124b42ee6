import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Auth, Endpoint, Result, Shapes } from '#shared/contract/endpoint.ts';
import { answerWith, toReply } from './reply.ts';
import { answer } from './trace.ts';

/** Makes the Lambda handler of a document that is the same for everybody: no user, no input, no database to load. */
export const document =
  <S extends Shapes, A extends Auth>(endpoint: Endpoint<S, A>, body: Result<S>) =>
  (event: APIGatewayProxyEventV2) =>
    answer(event, async () => toReply(answerWith(endpoint.status, body), event.requestContext.requestId));

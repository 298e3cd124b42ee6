import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Auth, Endpoint, Result, Shapes } from '#shared/contract/endpoint.ts';
import { answerWith, failure, toReply } from './reply.ts';

/** Makes the Lambda handler of a document that is the same for everybody: no user, no input, no database to load. */
export const document = <S extends Shapes, A extends Auth>(endpoint: Endpoint<S, A>, body: Result<S>) =>
  middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
    .use(failure(endpoint))
    .handler(async (event) => toReply(answerWith(endpoint.status, body), event.requestContext.requestId));

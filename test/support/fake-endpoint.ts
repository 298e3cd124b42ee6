/** A declared endpoint that nothing serves, and calls of handlers made for it. */
import * as z from 'zod';
import { endpoint } from '#shared/contract/endpoint.ts';

const declare = <const A extends 'public' | 'user'>(method: 'GET' | 'POST', auth: A) =>
  endpoint({
    id: 'things/make',
    method,
    path: '/thing',
    summary: 'Make a thing',
    auth,
    role: 'api',
    status: 201,
    errors: [],
    shapes: {
      ...(method === 'POST' ? { body: z.strictObject({ name: z.string().optional() }) } : {}),
      response: z.strictObject({ made: z.string() }),
    },
  });

export const post = declare('POST', 'public');
export const get = declare('GET', 'public');
export const signedIn = declare('POST', 'user');

interface Request {
  body?: string;
  headers?: Record<string, string>;
}

// biome-ignore lint/suspicious/noExplicitAny: an event of API Gateway has dozens of fields that nothing reads
export const call = async (handler: any, { body = '{}', headers = {} }: Request = {}) => {
  const reply = await handler(
    {
      version: '2.0',
      routeKey: 'POST /thing',
      headers: { 'content-type': 'application/json', ...headers },
      requestContext: { requestId: 'request-1' },
      body,
      isBase64Encoded: false,
    },
    {},
  );
  return { status: reply.statusCode, headers: reply.headers, body: JSON.parse(reply.body) };
};

/** Our own fault, as it goes out. */
export const bare = {
  type: 'GeneralProcessingException',
  message: 'Something went wrong on our side',
  request_id: 'request-1',
};

/** A declared endpoint that nothing serves, and calls of handlers made for it. */
import { sql } from 'drizzle-orm';
import * as z from 'zod';
import type { Db } from '#shared/adapters/db/client.ts';
import { endpoint } from '#shared/contract/endpoint.ts';
import { http } from '#shared/lambda/http.ts';
import type { Row } from './database.ts';

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
export const call = async (handler: any, { body = '{}', headers = {} }: Request = {}, context = {}) => {
  const reply = await handler(
    {
      version: '2.0',
      routeKey: 'POST /thing',
      headers: { 'content-type': 'application/json', ...headers },
      requestContext: { requestId: 'request-1' },
      body,
      isBase64Encoded: false,
    },
    context,
  );
  return { status: reply.statusCode, headers: reply.headers, body: JSON.parse(reply.body) };
};

/** Our own fault, as it goes out. */
export const bare = {
  type: 'GeneralProcessingException',
  message: 'Something went wrong on our side',
  request_id: 'request-1',
};

/** An effect to look for afterwards: an exchange of this name. */
export const leave = (on: Db, name: string) =>
  on.execute(sql`INSERT INTO exchanges (short_name, name) VALUES (${name}, 'left by a test')`);

export const isLeft = async (
  rows: (text: string, values: unknown[]) => Promise<Row[]>,
  name: string,
): Promise<boolean> => (await rows('SELECT FROM exchanges WHERE short_name = $1', [name])).length > 0;

/** A function whose handler throws. */
export const failing = (error: unknown) =>
  http(post, () => {
    throw error;
  });

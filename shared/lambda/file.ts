import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { gunzipSync } from 'node:zlib';
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Auth, Endpoint, Input, Shapes } from '#shared/contract/endpoint.ts';
import { answerWith, failure, toReply } from './reply.ts';
import { parse } from './request.ts';

type Event = APIGatewayProxyEventV2;
type Reply = APIGatewayProxyStructuredResultV2;

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.png': 'image/png',
};

const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** A page runs only what comes from here, and nobody frames it. */
const pageHeaders = {
  'content-security-policy': contentSecurityPolicy,
  'cross-origin-opener-policy': 'same-origin',
  'x-frame-options': 'DENY',
};

interface Stored {
  gzipped: Buffer;
  etag: string;
}

const known = new Map<string, Promise<Stored>>();

/** The files lie beside the bundle, compressed; each is read once. */
const load = async (name: string): Promise<Stored> => {
  const gzipped = await readFile(new URL(`files/${name}.gz`, import.meta.url));
  const digest = createHash('sha256').update(gzipped).digest('base64url').slice(0, 16);
  // Weak, because it is the same for the compressed and the plain form.
  return { gzipped, etag: `W/"${digest}"` };
};

const stored = (name: string): Promise<Stored> => {
  const loading = known.get(name) ?? load(name);
  known.set(name, loading);
  return loading;
};

const takesGzip = (accepted = ''): boolean => /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/i.test(accepted);

const isCurrent = (etag: string, ifNoneMatch = ''): boolean =>
  ifNoneMatch.split(',').some((tag) => tag.trim() === etag);

/** The names stay when the contents change: kept for an hour, then asked for again by tag. */
const cacheHeaders = (etag: string) => ({ etag, 'cache-control': 'public, max-age=3600' });

const answer = async (
  endpoint: Endpoint,
  name: string,
  { headers, requestContext }: Event,
): Promise<Reply> => {
  const { gzipped, etag } = await stored(name);
  const isAsset = endpoint.answers === 'asset';
  const common = { vary: 'accept-encoding', ...(isAsset ? cacheHeaders(etag) : pageHeaders) };
  const reply = (status: number, own: Record<string, string>): Reply =>
    toReply(answerWith(status, undefined), requestContext.requestId, { ...common, ...own });
  if (isAsset && isCurrent(etag, headers['if-none-match'])) return reply(304, {});
  const compressed = takesGzip(headers['accept-encoding']);
  return {
    ...reply(endpoint.status, {
      'content-type': contentTypes[extname(name)] ?? 'application/octet-stream',
      ...(compressed ? { 'content-encoding': 'gzip' } : {}),
    }),
    body: (compressed ? gzipped : gunzipSync(gzipped)).toString('base64'),
    isBase64Encoded: true,
  };
};

/** Makes the Lambda handler of a page, or of what pages load: a file that the build puts beside the function. */
export const file = <S extends Shapes, A extends Auth>(
  endpoint: Endpoint<S, A>,
  nameOf: (params: Input<S>['params']) => string,
) =>
  middy<Event, Reply>()
    .use(failure(endpoint))
    .handler(async (event) => {
      const params = parse(endpoint.shapes.params, event.pathParameters ?? {}) as Input<S>['params'];
      return answer(endpoint, nameOf(params), event);
    });

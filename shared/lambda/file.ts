import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { getAsset } from '#shared/contract/documents.ts';
import type { Endpoint } from '#shared/contract/endpoint.ts';
import { takesGzip } from './encodings.ts';
import { answerWith, toReply } from './reply.ts';
import { parse } from './request.ts';
import { answer } from './trace.ts';

type Event = APIGatewayProxyEventV2;
type Reply = APIGatewayProxyStructuredResultV2;

const contentTypes: Readonly<Record<string, string>> = {
  '.json': 'application/json; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.png': 'image/png',
};

/** What a page needs beyond what every page may, by directive. */
type Allowances = Readonly<Record<string, readonly string[]>>;

/** A page runs only what comes from here, sends what it is told to nowhere else, and nobody frames it. */
const policy = (allowances: Allowances): string => {
  const directives: Allowances = {
    'default-src': ["'none'"],
    'script-src': ["'self'"],
    'style-src': ["'self'"],
    'connect-src': ["'self'"],
    'img-src': ["'self'", 'data:'],
    'frame-ancestors': ["'none'"],
    'base-uri': ["'none'"],
    'form-action': ["'none'"],
  };
  const names = new Set([...Object.keys(directives), ...Object.keys(allowances)]);
  return [...names]
    .map((name) => [name, ...(directives[name] ?? []), ...(allowances[name] ?? [])].join(' '))
    .join('; ');
};

const pageHeaders = (allowances: Allowances): Record<string, string> => ({
  'content-security-policy': policy(allowances),
  'cross-origin-opener-policy': 'same-origin',
  'x-frame-options': 'DENY',
});

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

const isCurrent = (etag: string, ifNoneMatch = ''): boolean =>
  ifNoneMatch.split(',').some((tag) => tag.trim() === etag);

/** The names stay when the contents change: kept for an hour, then asked for again by tag. */
const cacheHeaders = (etag: string) => ({ etag, 'cache-control': 'public, max-age=3600' });

const bodyOf = (name: string, gzipped: Buffer, accepted: string | undefined) => {
  const compressed = takesGzip(accepted);
  return {
    headers: {
      'content-type': contentTypes[extname(name)] ?? 'application/octet-stream',
      vary: 'Origin, Accept-Encoding',
      ...(compressed ? { 'content-encoding': 'gzip' } : {}),
    },
    body: (compressed ? gzipped : gunzipSync(gzipped)).toString('base64'),
  };
};

const handler = (handle: (event: Event) => Promise<Reply>) => (event: Event) =>
  answer(event, () => handle(event));

/** Makes the Lambda handler of one file that the build puts beside the function. */
export const document = (endpoint: Endpoint, name: string, added: Readonly<Record<string, string>> = {}) =>
  handler(async ({ headers, requestContext }) => {
    const { gzipped } = await stored(name);
    const { body, headers: own } = bodyOf(name, gzipped, headers['accept-encoding']);
    const empty = answerWith(endpoint.status, undefined);
    const reply = toReply(empty, requestContext.requestId, { ...own, ...added });
    return { ...reply, body, isBase64Encoded: true };
  });

/** Makes the Lambda handler of a page. */
export const page = (endpoint: Endpoint, name: string, allowances: Allowances = {}) =>
  document(endpoint, name, pageHeaders(allowances));

/** Makes the Lambda handler of what pages load: the files that the build puts beside the function. */
export const asset = (endpoint: typeof getAsset) =>
  handler(async ({ headers, pathParameters, requestContext }) => {
    const { asset: name } = parse(endpoint.shapes.params, pathParameters) as { asset: string };
    const { gzipped, etag } = await stored(name);
    const cached = cacheHeaders(etag);
    const { requestId } = requestContext;
    if (isCurrent(etag, headers['if-none-match']))
      return toReply(answerWith(304, undefined), requestId, cached);
    const { body, headers: own } = bodyOf(name, gzipped, headers['accept-encoding']);
    const reply = toReply(answerWith(endpoint.status, undefined), requestId, { ...own, ...cached });
    return { ...reply, body, isBase64Encoded: true };
  });

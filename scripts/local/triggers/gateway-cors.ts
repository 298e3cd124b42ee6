// CORS as API Gateway does it: preflights are answered without any function, and what functions answer gets the headers.
import type { IncomingHttpHeaders } from 'node:http';
import { cors } from '#shared/contract/cors.ts';
import type { GatewayResponse } from './gateway-response.ts';

const isPreflight = (method: string | undefined, headers: IncomingHttpHeaders): boolean =>
  method === 'OPTIONS' && Boolean(headers.origin && headers['access-control-request-method']);

/** The answer to a preflight, or undefined for any other request. */
export function preflight(
  method: string | undefined,
  headers: IncomingHttpHeaders,
  origins: readonly string[],
): GatewayResponse | undefined {
  if (origins.length === 0 || !isPreflight(method, headers)) return undefined;
  const allowed = {
    'access-control-allow-methods': cors.allowMethods.join(','),
    'access-control-allow-headers': cors.allowHeaders.join(','),
    'access-control-max-age': String(cors.maxAgeSeconds),
  };
  const known = origins.includes(headers.origin ?? '');
  return { status: 204, headers: { vary: 'Origin', ...(known ? allowed : {}) }, body: Buffer.alloc(0) };
}

/** The headers that a page of a listed origin needs to read an answer. */
export function corsHeaders(
  headers: IncomingHttpHeaders,
  origins: readonly string[],
): Record<string, string> {
  const { origin = '' } = headers;
  if (!origins.includes(origin)) return {};
  return {
    'access-control-allow-origin': origin,
    'access-control-expose-headers': cors.exposeHeaders.join(','),
  };
}

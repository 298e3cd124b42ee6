// Imitates API Gateway's HTTP API in front of the functions: routes from the contract, payload format 2.0.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Endpoint } from '#shared/contract/endpoint.ts';
import { errorTypes, FunctionError } from '../lambda/function-error.ts';
import { corsHeaders, preflight } from './gateway-cors.ts';
import { gatewayEvent } from './gateway-event.ts';
import { type GatewayResponse, gatewayResponse, jsonMessage } from './gateway-response.ts';
import { createRouter } from './gateway-routes.ts';
import { closeServer, listen } from './http-server.ts';

/** API Gateway's own limit; what Lambda takes is less, and Lambda says so itself. */
const bodyLimit = 10 * 1024 * 1024;
const stopSeconds = 15;

const responses = {
  badRequest: jsonMessage(400, 'Bad Request'),
  notFound: jsonMessage(404, 'Not Found'),
  tooLong: jsonMessage(413, 'Request Too Long'),
  failed: jsonMessage(500, 'Internal Server Error'),
  unavailable: jsonMessage(503, 'Service Unavailable'),
};

export interface GatewayOptions {
  port: number;
  host?: string;
  endpoints: readonly Endpoint[];
  invoke: (functionId: string, event: unknown) => Promise<unknown>;
  integrationTimeoutSeconds?: number;
  /** Origins whose pages may use the API. */
  corsOrigins?: readonly string[];
}

export interface Gateway {
  url: string;
  stop: () => Promise<void>;
}

/** The whole body is read even when it is too long: a client that is still sending would not see the answer. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= bodyLimit) chunks.push(chunk);
    else chunks.length = 0;
  }
  return size <= bodyLimit ? Buffer.concat(chunks) : undefined;
}

/** The caller gets its 503 in time; the function itself goes on until its own timeout. */
async function withinTimeout(work: Promise<unknown>, seconds: number): Promise<GatewayResponse> {
  const timeout = Promise.withResolvers<GatewayResponse>();
  const timer = setTimeout(() => timeout.resolve(responses.unavailable), seconds * 1000);
  try {
    return await Promise.race([work.then(gatewayResponse), timeout.promise]);
  } catch (error) {
    if (!(error instanceof FunctionError)) throw error;
    if (error.errorType === errorTypes.requestTooLarge) return responses.tooLong;
    return error.errorType === errorTypes.stopped ? responses.unavailable : responses.failed;
  } finally {
    clearTimeout(timer);
  }
}

function isDecodable(params: Record<string, string>): boolean {
  try {
    Object.values(params).forEach(decodeURIComponent);
    return true;
  } catch {
    return false;
  }
}

function send(response: ServerResponse, { status, headers, body }: GatewayResponse): void {
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.end(body);
}

export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { port, host = '127.0.0.1', endpoints, invoke } = options;
  const { integrationTimeoutSeconds = 30, corsOrigins = [] } = options;
  const route = createRouter(endpoints);

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<GatewayResponse> => {
    const body = await readBody(request);
    const early = preflight(request.method, request.headers, corsOrigins);
    if (early) return early;
    const url = request.url ?? '/';
    const match = route(request.method ?? 'GET', url.split('?')[0] ?? '/');
    if (!match) return responses.notFound;
    if (!isDecodable(match.params)) return responses.badRequest;
    if (!body) return responses.tooLong;
    const event = gatewayEvent({
      ...match,
      url,
      headers: request.headersDistinct as Record<string, string[]>,
      body,
      sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
      now: new Date(),
    });
    response.setHeader('apigw-requestid', event.requestContext.requestId);
    return withinTimeout(invoke(`http/${match.endpoint.id}`, event), integrationTimeoutSeconds);
  };

  const server: Server = createServer(async (request, response) => {
    const answered = await answer(request, response).catch(() => responses.failed);
    // A connection that is kept alive would keep a server that is stopping.
    if (!server.listening) response.setHeader('connection', 'close');
    const headers = corsHeaders(request.headers, corsOrigins);
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    try {
      send(response, answered);
    } catch {
      // The function gave a header that no HTTP message can hold.
      send(response, responses.failed);
    }
  });
  const url = await listen(server, { port, host });
  return { url, stop: () => closeServer(server, stopSeconds) };
}

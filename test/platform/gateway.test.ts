import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { expect, onTestFinished, test } from 'vitest';
import * as z from 'zod';
import type { Endpoint, Method } from '#shared/contract/endpoint.ts';
import { errorTypes, FunctionError } from '../../scripts/local/function-error.ts';
import { type GatewayOptions, startGateway } from '../../scripts/local/gateway.ts';

const endpoint = (id: string, method: Method, path: string): Endpoint => ({
  id,
  method,
  path,
  summary: id,
  auth: 'public',
  role: 'documents',
  status: 200,
  errors: [],
  shapes: { response: z.unknown() },
});

const endpoints = [
  endpoint('things/get', 'GET', '/thing/{thing_id}'),
  endpoint('things/list', 'GET', '/thing/all'),
  endpoint('things/parts', 'GET', '/thing/{thing_id}/{part}'),
  endpoint('things/history', 'GET', '/thing/history/{thing_id}'),
  endpoint('things/create', 'POST', '/thing'),
];

async function gateway(
  invoke: GatewayOptions['invoke'],
  options: Partial<GatewayOptions> = {},
): Promise<{ url: string; stop: () => Promise<void> }> {
  const started = await startGateway({ port: 0, endpoints, invoke, ...options });
  onTestFinished(started.stop);
  return started;
}

/** A gateway whose functions answer the event they got. */
async function echo() {
  const { url } = await gateway(async (functionId, event) => ({ functionId, event }));
  return async (path: string, init?: RequestInit) => {
    const response = await fetch(`${url}${path}`, init);
    return (await response.json()) as { functionId: string; event: APIGatewayProxyEventV2 };
  };
}

/** Sends exactly these bytes, which fetch would tidy up. */
function raw(url: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname, () => socket.end(text));
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('end', () => resolve(answer));
    socket.on('error', reject);
  });
}

test('makes a payload 2.0 event of a request', async () => {
  const call = await echo();
  const before = Date.now();
  const { functionId, event } = await call('/thing/a?x=1', {
    headers: { 'User-Agent': 'probe', 'X-One': '1' },
  });
  expect(functionId).toBe('http/things/get');
  expect(event).toEqual({
    version: '2.0',
    routeKey: 'GET /thing/{thing_id}',
    rawPath: '/thing/a',
    rawQueryString: 'x=1',
    headers: expect.objectContaining({ 'user-agent': 'probe', 'x-one': '1' }),
    queryStringParameters: { x: '1' },
    pathParameters: { thing_id: 'a' },
    isBase64Encoded: false,
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      domainName: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      domainPrefix: '127',
      http: {
        method: 'GET',
        path: '/thing/a',
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: 'probe',
      },
      requestId: expect.any(String),
      routeKey: 'GET /thing/{thing_id}',
      stage: '$default',
      time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
      timeEpoch: expect.any(Number),
    },
  });
  expect(event.requestContext.timeEpoch).toBeGreaterThanOrEqual(before);
});

test('leaves out collections that are empty', async () => {
  const call = await echo();
  const { event } = await call('/thing/all');
  for (const name of ['queryStringParameters', 'pathParameters', 'cookies', 'body', 'stageVariables'])
    expect(event).not.toHaveProperty(name);
  expect(event.rawQueryString).toBe('');
});

test.each([
  ['joins duplicates', '?a=1&b=2&a=3', { a: '1,3', b: '2' }],
  ['decodes names and values', '?%C3%A4=%26&b=x+y', { ä: '&', b: 'x y' }],
  ['keeps empty values', '?a=&b', { a: '', b: '' }],
  ['takes any name', '?__proto__=1', JSON.parse('{"__proto__": "1"}')],
])('%s in the query string', async (_, query, expected) => {
  const call = await echo();
  const { event } = await call(`/thing/all${query}`);
  expect(event.rawQueryString).toBe(query.slice(1));
  expect(event.queryStringParameters).toEqual(expected);
});

test.each([
  ['/thing/all', 'things/list', undefined],
  ['/thing/a', 'things/get', { thing_id: 'a' }],
  ['/thing/all/x', 'things/parts', { thing_id: 'all', part: 'x' }],
  ['/thing/history/x', 'things/history', { thing_id: 'x' }],
  ['/thing/a%20b%2Fc', 'things/get', { thing_id: 'a b/c' }],
  ['/thing/%61ll', 'things/get', { thing_id: 'all' }],
])('routes %s to %s, the most specific route', async (path, id, pathParameters) => {
  const call = await echo();
  const { functionId, event } = await call(path);
  expect(functionId).toBe(`http/${id}`);
  expect(event.pathParameters).toEqual(pathParameters);
  expect(event.rawPath).toBe(path);
});

test.each([
  ['GET', '/nothing'],
  ['GET', '/thing/'],
  ['GET', '/thing/all/'],
  ['GET', '/Thing/all'],
  ['PUT', '/thing/all'],
  ['HEAD', '/thing/all'],
  ['OPTIONS', '/thing/all'],
])('answers 404 to %s %s', async (method, path) => {
  const { url } = await gateway(async () => 'reached');
  const response = await fetch(`${url}${path}`, { method });
  expect(response.status).toBe(404);
  if (method !== 'HEAD') expect(await response.text()).toBe('{"message":"Not Found"}');
});

test('answers 400 to a path that cannot be decoded', async () => {
  const { url } = await gateway(async () => 'reached');
  const response = await raw(url, 'GET /thing/%zz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
  expect(response).toMatch(/^HTTP\/1\.1 400 /);
});

test('joins repeated headers and takes cookies apart', async () => {
  const { url } = await gateway(async (_, event) => event);
  const head = ['GET /thing/all HTTP/1.1', 'host: x', 'connection: close'];
  const repeated = ['X-Many: a', 'x-many: b', 'Authorization: one', 'Cookie: a=1; b=2', 'Cookie: c=3'];
  const answer = await raw(url, `${[...head, ...repeated].join('\r\n')}\r\n\r\n`);
  const event = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')));
  expect(event.headers).toEqual({ host: 'x', connection: 'close', 'x-many': 'a,b', authorization: 'one' });
  expect(event.cookies).toEqual(['a=1', 'b=2', 'c=3']);
});

test.each([
  ['application/json', '{"ä":1}', '{"ä":1}', false],
  ['application/problem+json; charset=utf-8', '{}', '{}', false],
  ['text/csv', 'a,b', 'a,b', false],
  ['application/octet-stream', 'a,b', 'YSxi', true],
  ['image/png', 'a,b', 'YSxi', true],
])('passes on a body of type %s', async (type, sent, body, isBase64Encoded) => {
  const call = await echo();
  const { event } = await call('/thing', { method: 'POST', body: sent, headers: { 'content-type': type } });
  expect(event).toMatchObject({ body, isBase64Encoded });
});

test.each([
  ['an object without a status', { a: 1 }, 200, 'application/json', '{"a":1}'],
  ['a string', 'hello', 200, 'application/json', 'hello'],
  ['nothing', null, 200, 'application/json', 'null'],
  ['a status alone', { statusCode: 204 }, 204, null, ''],
  ['a body without a type', { statusCode: 201, body: 'x' }, 201, 'text/plain;charset=UTF-8', 'x'],
  [
    'headers in any case',
    { statusCode: 200, headers: { 'Content-Type': 'a/b', 'X-Count': 3 }, body: 'x' },
    200,
    'a/b',
    'x',
  ],
  [
    'base64',
    { statusCode: 200, headers: {}, body: 'aGk=', isBase64Encoded: true },
    200,
    expect.anything(),
    'hi',
  ],
])('answers %s', async (_, result, status, type, body) => {
  const { url } = await gateway(async () => result);
  const response = await fetch(`${url}/thing/all`);
  expect(response.status).toBe(status);
  expect(response.headers.get('content-type')).toEqual(type);
  expect(await response.text()).toBe(body);
});

test('sends each cookie in a header of its own', async () => {
  const { url } = await gateway(async () => ({ statusCode: 200, cookies: ['a=1; Secure', 'b=2'], body: '' }));
  const response = await fetch(`${url}/thing/all`);
  expect(response.headers.getSetCookie()).toEqual(['a=1; Secure', 'b=2']);
});

test.each([
  ['a status that is none', { statusCode: 'fine' }],
  ['a status out of range', { statusCode: 1000 }],
  ['a body that is no string', { statusCode: 200, body: { a: 1 } }],
  ['headers that are no text', { statusCode: 200, headers: { a: ['b'] } }],
  ['headers that break the line', { statusCode: 200, headers: { a: 'b\r\nc: d' } }],
])('answers 500 to %s', async (_, result) => {
  const { url } = await gateway(async () => result);
  const response = await fetch(`${url}/thing/all`);
  expect(response.status).toBe(500);
  expect(await response.json()).toEqual({ message: 'Internal Server Error' });
});

test.each([
  ['the function fails', new FunctionError('Error', 'secret detail'), 500, 'Internal Server Error'],
  ['the service fails', new Error('secret detail'), 500, 'Internal Server Error'],
  ['the platform is stopping', new FunctionError(errorTypes.stopped, ''), 503, 'Service Unavailable'],
  ['Lambda takes no more', new FunctionError(errorTypes.requestTooLarge, ''), 413, 'Request Too Long'],
])('when %s, says no more than API Gateway does', async (_, error, status, message) => {
  const { url } = await gateway(async () => {
    throw error;
  });
  const response = await fetch(`${url}/thing/all`);
  expect(response.status).toBe(status);
  expect(await response.json()).toEqual({ message });
});

test('answers 413 to a body above 10 MB', async () => {
  const { url } = await gateway(async () => 'reached');
  const body = Buffer.alloc(11 * 1024 * 1024, 'x');
  const response = await fetch(`${url}/thing`, { method: 'POST', body });
  expect(response.status).toBe(413);
  expect(await response.json()).toEqual({ message: 'Request Too Long' });
});

test('answers 503 when a function takes too long', async () => {
  const { url } = await gateway(() => sleep(5000, 'late', { ref: false }), {
    integrationTimeoutSeconds: 0.1,
  });
  const response = await fetch(`${url}/thing/all`);
  expect(response.status).toBe(503);
  expect(await response.json()).toEqual({ message: 'Service Unavailable' });
});

test('finishes what is under way before it stops, and takes nothing new', async () => {
  const { url, stop } = await gateway(() => sleep(200, 'done'));
  const underWay = fetch(`${url}/thing/all`);
  await sleep(100);
  const stopped = stop();
  await expect(fetch(`${url}/thing/all`)).rejects.toThrow();
  expect(await (await underWay).text()).toBe('done');
  await stopped;
});

test('keeps answering when a caller goes away', async () => {
  const { url } = await gateway(() => sleep(50, 'done'));
  const abandoned = httpRequest(`${url}/thing`, { method: 'POST', headers: { 'content-length': '10' } });
  abandoned.on('error', () => undefined);
  abandoned.write('half');
  await sleep(50);
  abandoned.destroy();
  expect(await (await fetch(`${url}/thing/all`)).text()).toBe('done');
});

test('says in one sentence that its port is taken', async () => {
  const { url } = await gateway(async () => 'first');
  const port = Number(new URL(url).port);
  await expect(startGateway({ port, endpoints, invoke: async () => 'second' })).rejects.toThrow(
    `Port ${port} is taken: stop what listens there, or choose another with PORT=${port + 1}.`,
  );
});

import { expect, test } from 'vitest';
import { echo, gateway, raw } from './gateway-fixture.ts';

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

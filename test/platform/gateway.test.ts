import { request as httpRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { errorTypes, FunctionError } from '../../scripts/local/lambda/function-error.ts';
import { startGateway } from '../../scripts/local/triggers/gateway.ts';
import { endpoints, gateway } from './gateway-fixture.ts';

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

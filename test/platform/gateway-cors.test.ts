/** S16: which pages of other origins may use the API. */
import { describe, expect, test } from 'vitest';
import { parseOrigins } from '#shared/contract/cors.ts';
import { gateway } from './gateway-fixture.ts';

const app = 'https://app.example.org';

const answering = (corsOrigins: string[]) =>
  gateway(async () => ({ statusCode: 200, headers: { vary: 'Origin' }, body: '{}' }), { corsOrigins });

const preflight = (url: string, origin: string) =>
  fetch(`${url}/thing`, {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST' },
  });

const corsHeadersOf = ({ headers }: Response) =>
  [...headers].filter(([name]) => name.startsWith('access-control-'));

describe('a page of a listed origin', () => {
  test('may ask beforehand, and learns what it may send', async () => {
    const { url } = await answering([app]);
    const response = await preflight(url, app);
    expect(response.status).toBe(204);
    expect(Object.fromEntries(corsHeadersOf(response))).toEqual({
      'access-control-allow-origin': app,
      'access-control-allow-methods': 'GET,POST,PUT,PATCH,DELETE',
      'access-control-allow-headers': 'authorization,content-type,idempotency-key,if-match,x-auth-token',
      'access-control-expose-headers': expect.stringContaining('etag'),
      'access-control-max-age': '600',
    });
  });

  test('may read answers, those of the gateway itself included', async () => {
    const { url } = await answering([app, 'http://localhost:5173']);
    for (const path of ['/thing/all', '/nowhere']) {
      const response = await fetch(url + path, { headers: { origin: app } });
      expect(response.headers.get('access-control-allow-origin')).toBe(app);
      expect(response.headers.get('access-control-expose-headers')).toContain('ratelimit-remaining');
      expect(response.headers.get('access-control-allow-credentials')).toBeNull();
    }
  });
});

test.each([
  'https://app.example.org.evil.test',
  'https://evil.test',
  'http://app.example.org',
  'https://app.example.org:8443',
  'https://APP.example.org',
  'null',
])('a page of %s may nothing', async (origin) => {
  const { url } = await answering([app]);
  expect(corsHeadersOf(await preflight(url, origin))).toEqual([]);
  expect(corsHeadersOf(await fetch(`${url}/thing/all`, { headers: { origin } }))).toEqual([]);
});

test('without a list there is no CORS at all', async () => {
  const { url } = await answering([]);
  const response = await preflight(url, app);
  expect([response.status, corsHeadersOf(response)]).toEqual([404, []]);
});

describe('CORS_ORIGINS', () => {
  test('is a list of exact origins', () => {
    expect(parseOrigins(undefined)).toEqual([]);
    expect(parseOrigins(` ${app}, http://localhost:5173,`)).toEqual([app, 'http://localhost:5173']);
  });

  test.each(['*', 'app.example.org', `${app}/`, `${app}/page`, 'https://*.example.org', 'file:///x', 'null'])(
    'refuses %s',
    (text) => {
      expect(() => parseOrigins(`${app},${text}`)).toThrow(`CORS_ORIGINS: "${text}" is no origin`);
    },
  );
});

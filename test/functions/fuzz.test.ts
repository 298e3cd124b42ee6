/**
 * Requests that the contract's own schemas make, good and broken, at every endpoint: never a 500, and every answer is one
 * that the contract describes. Afterwards the log is searched for what was sent (S21).
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type * as z from 'zod';
import type { Endpoint } from '#shared/contract/endpoint.ts';
import { endpoints } from '#shared/contract/index.ts';
import { openApi } from '#shared/contract/openapi.ts';
import { type Answer, type Json, request } from '../support/api.ts';
import { ownPlatform } from '../support/own-platform.ts';
import { fitting, likely } from '../support/schema-arbitraries.ts';
import { thePlatform, usePlatform } from '../support/the-platform.ts';
import { internalIdsIn } from './answers.ts';
import { callOf, credentials, type Named, namesFor, newPortfolio, type Portfolio } from './routes.ts';

const runs = 14;

/** What must never be logged, planted in every place that a request has. */
const canaries = {
  password: 'canary-password-6f1d',
  token: 'canary-bearer-6f1d',
  apiSecret: 'canary-api-secret-6f1d',
  privateKey: `0x${'ca7a17'.repeat(10)}6f1d`,
};

const sent = new Set<string>();

usePlatform(await ownPlatform({ RATE_LIMIT_FACTOR: '1000000', LOG_LEVEL: 'debug' }));

const document = openApi(endpoints, { version: '0' }) as Json;

const documented = ({ method, path }: Endpoint): number[] =>
  Object.keys(document.paths[path][method.toLowerCase()].responses).map(Number);

const expectAnswer = (endpoint: Endpoint, answer: Answer): void => {
  const { status, body, headers } = answer;
  expect(status, JSON.stringify(body)).toBeLessThan(500);
  expect(documented(endpoint)).toContain(status);
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  if (status >= 400) {
    expect(body).toMatchObject({ type: expect.any(String), message: expect.any(String) });
    expect(body.request_id).toBe(headers.get('x-request-id'));
  } else if (endpoint.csv && headers.get('content-type')?.startsWith('text/csv')) {
    expect(body).toMatch(/^"/);
  } else if (status !== 304) {
    const { error } = (endpoint.shapes.response as z.ZodType).safeParse(body);
    expect(error?.issues).toBeUndefined();
    if (endpoint.role !== 'documents') expect(internalIdsIn(body)).toEqual([]);
  }
};

/** Puts real names where a drawn one would only ever lead to a 404. */
const withNames = (value: unknown, named: Named): unknown => {
  if (Array.isArray(value)) return value.map((item) => withNames(item, named));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      typeof item === 'string' && typeof named[key] === 'string' ? named[key] : withNames(item, named),
    ]),
  );
};

const queryText = (query: unknown): string => {
  if (typeof query !== 'object' || query === null) return '';
  const flat = Object.entries(query).filter(([, value]) => value !== undefined);
  return flat.map(([name, value]) => `${encodeURIComponent(name)}=${encode(value)}`).join('&');
};

/** Half of a surrogate pair has no spelling in a URL. */
const encode = (value: unknown): string =>
  encodeURIComponent((typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).toWellFormed());

const requestsTo = ({ shapes }: Endpoint) =>
  fc.record({
    isNamed: fc.boolean(),
    params: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, fitting(shapes.params)),
    query: fc.oneof({ weight: 1, arbitrary: fc.constant(undefined) }, likely(shapes.query)),
    body: likely(shapes.body),
    headers: fc.constantFrom<Record<string, string>>(
      {},
      { 'idempotency-key': 'fuzz' },
      { 'if-match': '"stale"' },
      { 'if-match': '*', 'idempotency-key': 'x'.repeat(256) },
    ),
  });

describe.each(endpoints.map((endpoint) => [endpoint.id, endpoint] as const))('%s', (id, endpoint) => {
  let portfolio: Portfolio;
  let named: Named;

  beforeAll(async () => {
    portfolio = await newPortfolio();
    named = await namesFor(id, portfolio);
    for (const secret of [portfolio.user.password, portfolio.user.token]) sent.add(secret);
  });

  it('answers whatever it is sent as the contract says', async () => {
    await fc.assert(
      fc.asyncProperty(requestsTo(endpoint), async ({ isNamed, params, query, body, headers }) => {
        const names = { ...named, ...(params as Record<string, string> | undefined) };
        const path = endpoint.path.replace(/\{(\w+)\}/g, (_, name: string) =>
          // Nothing at all between two slashes is another path.
          encode(names[name] || '-'),
        );
        const given = isNamed ? withNames(body, named) : body;
        const answer = await request(endpoint.method, `${path}?${queryText(query)}`, {
          headers: { ...credentials(endpoint.auth, portfolio), ...headers },
          ...(endpoint.shapes.body ? { body: JSON.stringify(given ?? null) } : {}),
        });
        expectAnswer(endpoint, answer);
      }),
      { numRuns: runs, endOnFailure: true },
    );
  });

  it('keeps what it is sent to itself', async () => {
    const { method, path, body } = callOf(id, named);
    const planted = Object.fromEntries(Object.keys(body ?? {}).map((name) => [name, canaries.privateKey]));
    const bodies = [
      { ...planted, ...canaries },
      { ...(body as object), password: canaries.password, api_secret: canaries.apiSecret },
    ];
    for (const given of bodies) {
      const answer = await request(method, `${path.split('?')[0]}?secret=${canaries.apiSecret}`, {
        headers: {
          authorization: `Bearer ${canaries.token}`,
          'x-auth-token': canaries.token,
          cookie: `session=${canaries.token}`,
          ...credentials(endpoint.auth, portfolio),
        },
        ...(endpoint.shapes.body ? { body: given } : {}),
      });
      expect(answer.status).toBeLessThan(500);
    }
  });
});

it('leaves nothing of that in the log, which has a line for every request', async () => {
  const log = await readFile(join(thePlatform().home, 'logs', 'functions.log'), 'utf8');
  expect(log.split('\n').length).toBeGreaterThan(endpoints.length * runs);
  const found = [...Object.values(canaries), ...sent].filter((secret) => log.includes(secret));
  expect(found).toEqual([]);
  expect(log).not.toMatch(/\$argon2|PRIVATE KEY|\beyJ[\w-]{20,}\./);
});

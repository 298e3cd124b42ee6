import { beforeAll, describe, expect, it } from 'vitest';
import type * as z from 'zod';
import { endpoints } from '#shared/contract/index.ts';
import { type Answer, invoke } from '../support/api.ts';
import { internalIdsIn } from './answers.ts';
import { call, credentials, namesFor, namesOfNobody, newPortfolio } from './routes.ts';

/** These reach into what is everybody's, which other tests are looking at: `fuzz.test.ts` calls them elsewhere. */
const everybodys = new Set(['balances/recalculate-all', 'queues/redrive']);
const calm = endpoints.filter(({ id }) => !everybodys.has(id));

const answers = new Map<string, Answer>();

beforeAll(async () => {
  await invoke('schedules/hourly-snapshot', { scheduled_time: new Date().toISOString() });
  for (const { id, auth } of calm) {
    // A portfolio each, for some take theirs away.
    const portfolio = await newPortfolio();
    answers.set(id, await call(id, await namesFor(id, portfolio), { headers: credentials(auth, portfolio) }));
  }
});

const answerOf = (id: string): Answer => {
  const answer = answers.get(id);
  if (!answer) throw new Error(`no answer of ${id}`);
  return answer;
};

/** What differs: a page or a picture says what it may run, and the files that pages load may be kept. */
const headersOf = {
  json: { type: 'application/json; charset=utf-8', cache: 'no-store', policy: /^$/ },
  page: {
    type: 'text/html; charset=utf-8',
    cache: 'no-store',
    policy:
      /^(?!.*(unsafe|http|\*))default-src 'none'; script-src 'self'; .*frame-ancestors 'none'; base-uri 'none'; form-action 'none'/,
  },
  image: {
    type: 'image/svg+xml',
    cache: 'no-store',
    policy:
      /^default-src 'none'; style-src 'sha256-[\w+/=]{44}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'$/,
  },
  asset: { type: 'text/css; charset=utf-8', cache: 'public, max-age=3600', policy: /^$/ },
};

describe.each(calm.map((endpoint) => [endpoint.id, endpoint] as const))('%s', (id, endpoint) => {
  it('answers just what the contract says', () => {
    const { status, body } = answerOf(id);
    expect(status).toBe(endpoint.status);
    const parsed = (endpoint.shapes.response as z.ZodType).safeParse(body);
    expect(parsed.error?.issues).toBeUndefined();
  });

  it('names the version of what it shows, if that is one resource', () => {
    const etag = answerOf(id).headers.get('etag');
    if (endpoint.etag) expect(etag).toMatch(/^"[\w-]{22}"$/);
    else if (!endpoint.answers) expect(etag).toBeNull();
  });

  it('S05: gives away no internal id and no secret', () => {
    // The description of the API names fields, and has no data.
    if (endpoint.role === 'documents') return;
    expect(internalIdsIn(answerOf(id).body)).toEqual([]);
    expect(JSON.stringify(answerOf(id).body ?? null)).not.toMatch(/"\w*(?<!chain_)id":\d|argon2|password/);
  });

  it('S17: is not kept by caches, and not guessed at by browsers', () => {
    const { headers } = answerOf(id);
    const expected = headersOf[endpoint.answers ?? 'json'];
    expect(headers.get('cache-control')).toBe(expected.cache);
    if (endpoint.status !== 204) expect(headers.get('content-type')).toBe(expected.type);
    expect(headers.get('content-security-policy') ?? '').toMatch(expected.policy);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('strict-transport-security')).toMatch(/max-age=\d{8}/);
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('vary')).toMatch(/^Origin\b/);
    expect(headers.get('x-request-id')).toMatch(/\S/);
  });
});

const failing = endpoints.filter(({ auth }) => auth !== 'public');

it.each(failing.map(({ id }) => id))('S17: %s sends the same headers with a failure', async (id) => {
  const answer = await call(id, namesOfNobody(id), {});
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  expect(answer.headers.get('x-request-id')).toBe(answer.body.request_id);
});

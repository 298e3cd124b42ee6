import { beforeAll, describe, expect, it } from 'vitest';
import { endpoints } from '#shared/contract/index.ts';
import { request } from '../support/api.ts';
import { expectFault } from './answers.ts';
import { callOf, credentials, type Named, namesFor, newPortfolio, type Portfolio } from './routes.ts';

let portfolio: Portfolio;

beforeAll(async () => {
  portfolio = await newPortfolio();
});

const lists = endpoints.filter(({ shapes }) => shapes.query && 'limit' in shapes.query.shape);

describe.each(lists.map(({ id, auth }) => [id, auth] as const))('%s', (id, auth) => {
  let names: Named;

  beforeAll(async () => {
    names = await namesFor(id, portfolio);
  });

  const get = (query: string) => {
    const [path = '', given] = callOf(id, names).path.split('?');
    const together = [given, query].filter(Boolean).join('&');
    return request('GET', `${path}?${together}`, { headers: credentials(auth, portfolio) });
  };

  it.each(['0', '201', '-1', '1.5', 'abc', 'NaN', '1e400'])('S11: refuses a limit of %s', async (limit) => {
    expectFault(await get(`limit=${limit}`), 'limit');
  });

  it.each(['1', '200'])('takes a limit of %s', async (limit) => {
    const { status, body } = await get(`limit=${limit}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ items: expect.any(Array) });
    expect(body.next_cursor === null || typeof body.next_cursor === 'string').toBe(true);
  });

  it.each(['1', 'abc', "';DROP TABLE users"])('refuses the cursor %s', async (cursor) => {
    expectFault(await get(`cursor=${encodeURIComponent(cursor)}`), 'cursor');
  });

  it('refuses a parameter it does not have, and one that is given twice', async () => {
    expectFault(await get('offset=1'), 'offset');
    expectFault(await get('limit=1&limit=2'), 'limit');
  });
});

const named = endpoints.filter(({ path }) => /_uuid\}/.test(path));
const malformed = [
  '1',
  '0',
  'abc',
  '%00',
  "'",
  '0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a1',
  '00000000-0000-0000-0000-00000000000g',
];

describe.each(named.map(({ id, auth, path }) => [id, auth, /\{(\w+_uuid)\}/.exec(path)?.[1] ?? ''] as const))(
  '%s',
  (id, auth, parameter) => {
    let names: Named;

    beforeAll(async () => {
      names = await namesFor(id, portfolio);
    });

    it.each(malformed)(
      'S03, S29: takes no integer and no other text than a uuid for an id: %s',
      async (uuid) => {
        const { method, path, body } = callOf(id, { ...names, [parameter]: uuid });
        const headers = credentials(auth, portfolio);
        const answer = await request(method, path, { headers, ...(body ? { body } : {}) });
        expectFault(answer, parameter);
      },
    );
  },
);

import { beforeAll, describe, expect, it } from 'vitest';
import { endpoints } from '#shared/contract/index.ts';
import { request } from '../support/api.ts';
import { expectFault } from './answers.ts';
import { callOf, namesOf, newPortfolio, type Portfolio } from './routes.ts';

let portfolio: Portfolio;

beforeAll(async () => {
  portfolio = await newPortfolio();
});

const lists = endpoints.filter(({ shapes }) => shapes.query && 'limit' in shapes.query.shape);

it('knows the lists of this API', () => {
  expect(lists.map(({ id }) => id).sort()).toEqual([
    'balances/history',
    'balances/list',
    'balances/lots',
    'balances/matches',
    'transactions/list',
    'wallets/list',
  ]);
});

describe.each(lists.map(({ id }) => id))('%s', (id) => {
  const get = (query: string) =>
    request('GET', `${callOf(id, namesOf(portfolio)).path}?${query}`, { token: portfolio.user.token });

  it.each(['0', '201', '-1', '1.5', 'abc', 'NaN', '1e400'])('refuses a limit of %s', async (limit) => {
    expectFault(await get(`limit=${limit}`), 'limit');
  });

  it.each(['1', '200'])('takes a limit of %s', async (limit) => {
    const { status, body } = await get(`limit=${limit}`);
    expect(status).toBe(200);
    expect(Object.keys(body).sort()).toEqual(['items', 'next_cursor']);
  });

  it.each(['1', 'abc', "';DROP TABLE users"])('refuses the cursor %s', async (cursor) => {
    expectFault(await get(`cursor=${encodeURIComponent(cursor)}`), 'cursor');
  });

  it('refuses a parameter it does not have, and one that is given twice', async () => {
    expectFault(await get('offset=1'), 'offset');
    expectFault(await get('limit=1&limit=2'), 'limit');
  });
});

const named = endpoints.filter(({ path, auth }) => auth === 'user' && /_uuid\}/.test(path));
const malformed = [
  '1',
  '0',
  'abc',
  '%00',
  "'",
  '0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a1',
  '00000000-0000-0000-0000-00000000000g',
];

describe.each(named.map(({ id, path }) => [id, /\{(\w+_uuid)\}/.exec(path)?.[1] ?? ''] as const))(
  '%s',
  (id, parameter) => {
    it.each(malformed)('takes no integer and no other text than a uuid for an id: %s', async (uuid) => {
      const { user } = portfolio;
      const { method, path, body } = callOf(id, { ...namesOf(portfolio), [parameter]: uuid });
      const answer = await request(method, path, { token: user.token, ...(body ? { body } : {}) });
      expectFault(answer, parameter);
    });
  },
);

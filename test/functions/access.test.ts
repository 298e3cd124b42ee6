import { beforeAll, describe, expect, it } from 'vitest';
import { endpoints } from '#shared/contract/index.ts';
import { newUser, request, type TestUser } from '../support/api.ts';
import { thePlatform } from '../support/the-platform.ts';
import { forge } from './access-tokens.ts';
import { expectError, withoutRequestId } from './answers.ts';
import { rowsOf } from './database.ts';
import { call, type Named, namesFor, namesOfNobody, newPortfolio, type Portfolio } from './routes.ts';

let owner: Portfolio;
let stranger: TestUser;
let forged: Record<string, string>;

beforeAll(async () => {
  owner = await newPortfolio();
  stranger = await newUser();
  forged = await forge(owner.user);
});

const idsOf = (auth: string) => endpoints.filter((endpoint) => endpoint.auth === auth).map(({ id }) => id);

describe.each(idsOf('user'))('%s', (id) => {
  let names: Named;

  beforeAll(async () => {
    names = await namesFor(id, owner);
  });

  it('lets its owner in', async () => {
    // Of their own, for this may end the session or delete the account.
    const portfolio = await newPortfolio();
    const { status } = await call(id, await namesFor(id, portfolio), { token: portfolio.user.token });
    expect(status).toBeLessThan(300);
  });

  it('refuses the anonymous and says how to sign in', async () => {
    const answer = await call(id, names);
    expectError(answer, 401, 'AuthenticationError');
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('refuses every token that is not a good one of ours', async () => {
    const before = await rowsOf(owner.user);
    for (const [fault, token] of Object.entries(forged)) {
      if (fault === 'valid') continue;
      const answer = await call(id, names, { token });
      expect([fault, answer.status]).toEqual([fault, 401]);
      expectError(answer, 401, 'AuthenticationError');
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    }
    expect(await rowsOf(owner.user)).toEqual(before);
  });

  it('takes neither another scheme nor the administrator for the owner', async () => {
    const basic = { authorization: `Basic ${Buffer.from('a:b').toString('base64')}` };
    expectError(await call(id, names, { headers: basic }), 401, 'AuthenticationError');
    const admin = { 'x-auth-token': thePlatform().adminToken };
    expectError(await call(id, names, { headers: admin }), 401, 'AuthenticationError');
  });
});

it('takes a token made as ours are', async () => {
  const { status } = await call('users/get', await namesFor('users/get', owner), {
    token: String(forged.valid),
  });
  expect(status).toBe(200);
});

const naming = endpoints.filter(
  ({ auth, shapes, id }) => auth === 'user' && (shapes.params || id === 'transactions/create'),
);

describe.each(naming.map(({ id }) => id))("%s, of what is another user's", (id) => {
  it('answers as if it did not exist, and writes nothing', async () => {
    const names = await namesFor(id, owner);
    const before = await rowsOf(owner.user);
    const foreign = await call(id, names, { token: stranger.token });
    const unknown = await call(id, namesOfNobody(id), { token: stranger.token });
    expect(foreign.status).toBe(404);
    expect(withoutRequestId(foreign)).toEqual(withoutRequestId(unknown));
    expect(await rowsOf(owner.user)).toEqual(before);
  });
});

describe.each(idsOf('admin'))('%s', (id) => {
  let names: Named;

  beforeAll(async () => {
    names = await namesFor(id, owner);
  });

  it.each([
    ['nothing', {}],
    ['a wrong token', { 'x-auth-token': 'wrong' }],
    ['an empty token', { 'x-auth-token': '' }],
  ])('refuses who sends %s for X-Auth-Token', async (_, headers) => {
    expectError(await call(id, names, { headers }), 403, 'AuthorizationError');
  });

  it("refuses a user, though the wallet is the user's own", async () => {
    expectError(await call(id, names, { token: owner.user.token }), 403, 'AuthorizationError');
  });

  it('refuses the token followed by more', async () => {
    const headers = { 'x-auth-token': `${thePlatform().adminToken}x` };
    expectError(await call(id, names, { headers }), 403, 'AuthorizationError');
  });
});

it('refuses the token of an account that was deleted', async () => {
  const deleted = await newPortfolio();
  const calls: [string, Named][] = [];
  for (const id of idsOf('user')) calls.push([id, await namesFor(id, deleted)]);
  await request('DELETE', `/user/${deleted.user.username}`, { token: deleted.user.token });
  for (const [id, names] of calls) {
    expectError(await call(id, names, { token: deleted.user.token }), 401, 'AuthenticationError');
  }
});

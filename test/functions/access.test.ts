import { beforeAll, describe, expect, inject, it } from 'vitest';
import { endpoints } from '#shared/contract/index.ts';
import { newUser, type TestUser } from '../support/api.ts';
import { forge } from './access-tokens.ts';
import { expectError, withoutRequestId } from './answers.ts';
import { rowsOf, sql } from './database.ts';
import { call, namesOf, namesOfNobody, newPortfolio, type Portfolio } from './routes.ts';

let owner: Portfolio;
let stranger: TestUser;
let forged: Record<string, string>;

beforeAll(async () => {
  owner = await newPortfolio();
  stranger = await newUser();
  forged = await forge(owner.user.uuid);
});

const idsOf = (auth: string) => endpoints.filter((endpoint) => endpoint.auth === auth).map(({ id }) => id);

describe.each(idsOf('user'))('%s', (id) => {
  it('lets its owner in, with a token made as ours are', async () => {
    const { status } = await call(id, namesOf(owner), { token: String(forged.valid) });
    expect(status).toBeLessThan(300);
  });

  it('refuses the anonymous and says how to sign in', async () => {
    const answer = await call(id, namesOf(owner));
    expectError(answer, 401, 'AuthenticationError');
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('refuses every token that is not a good one of ours', async () => {
    const before = await rowsOf(owner.user);
    for (const [fault, token] of Object.entries(forged)) {
      if (fault === 'valid') continue;
      const answer = await call(id, namesOf(owner), { token });
      expect([fault, answer.status]).toEqual([fault, 401]);
      expectError(answer, 401, 'AuthenticationError');
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    }
    expect(await rowsOf(owner.user)).toEqual(before);
  });

  it('takes neither another scheme nor the administrator for the owner', async () => {
    const basic = { authorization: `Basic ${Buffer.from('a:b').toString('base64')}` };
    expectError(await call(id, namesOf(owner), { headers: basic }), 401, 'AuthenticationError');
    const admin = { 'x-auth-token': inject('platform').adminToken };
    expectError(await call(id, namesOf(owner), { headers: admin }), 401, 'AuthenticationError');
  });
});

const naming = endpoints.filter(
  ({ auth, shapes, id }) => auth === 'user' && (shapes.params || id === 'transactions/create'),
);

describe.each(naming.map(({ id }) => id))("%s, of what is another user's", (id) => {
  it('answers as if it did not exist, and writes nothing', async () => {
    const before = await rowsOf(owner.user);
    const foreign = await call(id, namesOf(owner), { token: stranger.token });
    const unknown = await call(id, namesOfNobody, { token: stranger.token });
    expect(foreign.status).toBe(404);
    expect(withoutRequestId(foreign)).toEqual(withoutRequestId(unknown));
    expect(await rowsOf(owner.user)).toEqual(before);
  });
});

describe.each(idsOf('admin'))('%s', (id) => {
  it.each([
    ['nothing', {}],
    ['a wrong token', { 'x-auth-token': 'wrong' }],
    ['an empty token', { 'x-auth-token': '' }],
  ])('refuses who sends %s for X-Auth-Token', async (_, headers) => {
    expectError(await call(id, namesOf(owner), { headers }), 403, 'AuthorizationError');
  });

  it("refuses a user, though the wallet is the user's own", async () => {
    expectError(await call(id, namesOf(owner), { token: owner.user.token }), 403, 'AuthorizationError');
  });

  it('refuses the token followed by more', async () => {
    const headers = { 'x-auth-token': `${inject('platform').adminToken}x` };
    expectError(await call(id, namesOf(owner), { headers }), 403, 'AuthorizationError');
  });
});

it('refuses the token of an account that was deleted', async () => {
  const deleted = await newPortfolio();
  await sql('UPDATE users SET is_deleted = true WHERE uuid = $1', [deleted.user.uuid]);
  for (const id of idsOf('user')) {
    expectError(await call(id, namesOf(deleted), { token: deleted.user.token }), 401, 'AuthenticationError');
  }
});

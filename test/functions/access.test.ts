import { beforeAll, describe, expect, it } from 'vitest';
import { endpoints } from '#shared/contract/index.ts';
import { newUser, request, type TestUser } from '../support/api.ts';
import { thePlatform } from '../support/the-platform.ts';
import { forge } from './access-tokens.ts';
import { expectError, withoutRequestId } from './answers.ts';
import { rowsOf } from './database.ts';
import {
  call,
  isOnesOwn,
  type Named,
  namesFor,
  namesOfNobody,
  newPortfolio,
  type Portfolio,
  routeIds,
} from './routes.ts';

let owner: Portfolio;
/** Whose rows are next to the owner's. */
let neighbour: Portfolio;
let stranger: TestUser;
let forged: Record<string, string>;

beforeAll(async () => {
  owner = await newPortfolio();
  neighbour = await newPortfolio();
  stranger = await newUser();
  forged = await forge(owner.user);
});

it('has a row for every endpoint, and for no other', () => {
  expect([...routeIds].sort()).toEqual(endpoints.map(({ id }) => id).sort());
});

const idsOf = (auth: string) => endpoints.filter((endpoint) => endpoint.auth === auth).map(({ id }) => id);

describe.each(idsOf('user'))('%s', (id) => {
  let names: Named;

  beforeAll(async () => {
    names = await namesFor(id, owner);
  });

  it('refuses the anonymous and says how to sign in', async () => {
    const answer = await call(id, names);
    expectError(answer, 401, 'AuthenticationError');
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('S09: refuses every token that is not a good one of ours', async () => {
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

const naming = endpoints.filter(({ id, auth }) => auth === 'user' && isOnesOwn(id));

describe.each(naming.map(({ id }) => id))("S01: %s, of what is another user's", (id) => {
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

const reading = endpoints.filter(({ method, auth }) => auth === 'user' && method === 'GET');

it.each(reading.map(({ id }) => id))(
  'S02: %s shows a user nothing of another, whose rows are next to theirs',
  async (id) => {
    const answer = await call(id, await namesFor(id, neighbour), { token: neighbour.user.token });
    expect(answer.status).toBe(200);
    const { user, wallet, transaction, balance } = owner;
    for (const uuid of [user.uuid, user.username, wallet.uuid, transaction.uuid, balance.uuid])
      expect(JSON.stringify(answer.body)).not.toContain(uuid);
  },
);

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

it('S01: refuses the token of an account that was deleted', async () => {
  const deleted = await newPortfolio();
  const calls: [string, Named][] = [];
  for (const id of idsOf('user')) calls.push([id, await namesFor(id, deleted)]);
  await request('DELETE', `/user/${deleted.user.username}`, { token: deleted.user.token });
  for (const [id, names] of calls) {
    expectError(await call(id, names, { token: deleted.user.token }), 401, 'AuthenticationError');
  }
});

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((left, right) => left - right)[Math.floor(numbers.length / 2)] ?? 0;

it.each(['wallets/get', 'transactions/get', 'balances/lots', 'portfolios/summary'])(
  "S01: %s takes no longer for another's than for nobody's",
  { retry: 2 },
  async (id) => {
    const names = await namesFor(id, owner);
    const timed = async (named: Named) => {
      const started = performance.now();
      expect((await call(id, named, { token: stranger.token })).status).toBe(404);
      return performance.now() - started;
    };
    const [foreign, unknown]: [number[], number[]] = [[], []];
    for (let turn = 0; turn < 40; turn += 1) {
      foreign.push(await timed(names));
      unknown.push(await timed(namesOfNobody(id)));
    }
    // What others have is found by its owner in one statement, so there is no second one to take time.
    expect(median(foreign) / median(unknown)).toBeLessThan(1.6);
    expect(median(unknown) / median(foreign)).toBeLessThan(1.6);
  },
);

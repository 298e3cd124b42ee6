import { decodeJwt, decodeProtectedHeader } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { newUser, request, type TestUser } from '../../support/api.ts';
import { expectError, expectFault, withoutRequestId } from '../answers.ts';
import { sql } from '../database.ts';
import { hashParameters } from '../hash-parameters.ts';

let user: TestUser;

beforeAll(async () => {
  user = await newUser();
});

const logIn = (body: unknown) => request('POST', '/log-in', { body });

describe('logging in', () => {
  it('answers a bearer token for 30 minutes', async () => {
    const { status, body } = await logIn({ username: user.username, password: user.password });
    expect(status).toBe(200);
    expect(body).toEqual({
      access_token: expect.any(String),
      token_type: 'bearer',
      expires_in: 1_800,
      refresh_token: expect.stringMatching(/^[\w-]{43}$/),
      refresh_expires_in: 30 * 86_400,
    });
    expect(decodeProtectedHeader(body.access_token)).toEqual({
      alg: 'EdDSA',
      kid: expect.any(String),
      typ: 'at+jwt',
    });
    const claims = decodeJwt(body.access_token);
    expect(claims.sub).toBe(user.uuid);
    expect(Number(claims.exp) - Number(claims.iat)).toBe(1800);
    expect(Math.abs(Number(claims.iat) - Date.now() / 1000)).toBeLessThan(60);
    expect(Object.keys(claims).sort()).toEqual(['aud', 'exp', 'iat', 'iss', 'jti', 'sid', 'sub']);
  });

  it('gives another token each time', async () => {
    const account = { username: user.username, password: user.password };
    const [first, second] = [await logIn(account), await logIn(account)];
    expect(first.body.access_token).not.toBe(second.body.access_token);
  });

  it.each<[string, (user: TestUser) => Record<string, string>]>([
    ['username', ({ username }) => ({ username })],
    ['username in capitals', ({ username }) => ({ username: username.toUpperCase() })],
    ['e-mail address', ({ email }) => ({ email })],
    ['e-mail address in capitals', ({ email }) => ({ email: email.toUpperCase() })],
    ['e-mail address in the place of the username', ({ email }) => ({ username: email })],
  ])('works by %s', async (_, name) => {
    const { status, body } = await logIn({ ...name(user), password: user.password });
    expect(status).toBe(200);
    const mine = await request('GET', `/user/wallets/${user.username}`, { token: body.access_token });
    expect(mine.status).toBe(200);
  });
});

describe('a log-in that fails', () => {
  it('does not tell a wrong password from an unknown user', async () => {
    const wrong = await logIn({ username: user.username, password: 'not the password' });
    expectError(wrong, 400, 'BadRequestException', 'Wrong username or password');
    const others = [
      { username: 'nobodyhasthisname', password: 'not the password' },
      { email: 'nobody@example.org', password: 'not the password' },
      { email: user.email, password: 'not the password' },
      { username: user.username, password: `${user.password} ` },
      { username: user.username, password: user.password.toUpperCase() },
      { username: user.username, password: '' },
      { username: `${user.username} `, password: user.password },
      { username: "' OR true --", password: user.password },
      { username: '%', password: user.password },
    ];
    for (const body of others) expect(withoutRequestId(await logIn(body))).toEqual(withoutRequestId(wrong));
  });

  it('is what deleted accounts and accounts without a password get', async () => {
    const [deleted, external] = [await newUser(), await newUser()];
    await sql('UPDATE users SET is_deleted = true WHERE uuid = $1', [deleted.uuid]);
    await sql('UPDATE users SET password_hash = NULL WHERE uuid = $1', [external.uuid]);
    for (const { username, password } of [deleted, external]) {
      expectError(
        await logIn({ username, password }),
        400,
        'BadRequestException',
        'Wrong username or password',
      );
    }
    expect((await logIn({ username: external.username, password: 'nobody has this password' })).status).toBe(
      400,
    );
  });

  it.each([
    ['username', { password: 'x'.repeat(8) }],
    ['username', { username: 'ada', email: 'ada@example.org', password: 'x'.repeat(8) }],
    ['username', { username: 'x'.repeat(255), password: 'x'.repeat(8) }],
    ['username', { username: ['ada'], password: 'x'.repeat(8) }],
    ['email', { email: 1, password: 'x'.repeat(8) }],
    ['password', { username: 'ada' }],
    ['password', { username: 'ada', password: 12345678 }],
    ['password', { username: 'ada', password: 'x'.repeat(129) }],
  ])('names the %s in %j', async (field, body) => {
    expectFault(await logIn(body), field);
  });

  it('refuses names that hold NUL', async () => {
    const answer = await logIn({ username: 'ada\u0000', password: user.password });
    expectError(answer, 400, 'BadRequestException');
  });
});

const median = (times: readonly number[]) =>
  times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;

it('S07: takes as long for an unknown user as for a wrong password', { retry: 2 }, async () => {
  const timed = async (username: string) => {
    const started = performance.now();
    await logIn({ username, password: 'not the password' });
    return performance.now() - started;
  };
  await timed(user.username);
  const known: number[] = [];
  const unknown: number[] = [];
  for (let turn = 0; turn < 15; turn += 1) {
    known.push(await timed(user.username));
    unknown.push(await timed('nobodyhasthisname'));
  }
  expect(median(unknown) / median(known)).toBeGreaterThan(0.7);
  expect(median(unknown) / median(known)).toBeLessThan(1.43);
});

it('renews a hash that was made with weaker parameters', async () => {
  const old = await newUser();
  // argon2id of the same password with 4096 KiB and one pass.
  const { default: argon2 } = await import('argon2');
  const weak = await argon2.hash(old.password, {
    type: argon2.argon2id,
    memoryCost: 4096,
    timeCost: 1,
    parallelism: 1,
  });
  await sql('UPDATE users SET password_hash = $2 WHERE uuid = $1', [old.uuid, weak]);
  expect((await logIn({ username: old.username, password: old.password })).status).toBe(200);
  const [row] = await sql<{ password_hash: string }>('SELECT password_hash FROM users WHERE uuid = $1', [
    old.uuid,
  ]);
  expect(hashParameters(row?.password_hash)).toEqual(['m=19456', 'p=1', 't=2']);
  expect((await logIn({ username: old.username, password: old.password })).status).toBe(200);
});

import { beforeEach, describe, expect, it } from 'vitest';
import { type Answer, newUser, request, type TestUser } from '../../support/api.ts';
import { expectError, withoutRequestId } from '../answers.ts';
import { sql } from '../database.ts';

let user: TestUser;

const logIn = () =>
  request('POST', '/log-in', { body: { username: user.username, password: user.password } });
const refresh = (token: string) => request('POST', '/token/refresh', { body: { refresh_token: token } });
const works = async (token: string): Promise<boolean> =>
  (await request('GET', `/user/${user.username}`, { token })).status === 200;

beforeEach(async () => {
  user = await newUser();
});

describe('S10: a refresh token', () => {
  it('gives new tokens of the same session', async () => {
    const { body: first } = await logIn();
    const second = await refresh(first.refresh_token);
    expect(second.status).toBe(200);
    expect(Object.keys(second.body).sort()).toEqual(Object.keys(first).sort());
    expect(second.body.access_token).not.toBe(first.access_token);
    expect(second.body.refresh_token).not.toBe(first.refresh_token);
    expect(await works(second.body.access_token)).toBe(true);
    expect((await refresh(second.body.refresh_token)).status).toBe(200);
  });

  it('used a second time ends its session, the newest tokens included, and no other session', async () => {
    const [stolen, other] = [(await logIn()).body, (await logIn()).body];
    const { body: renewed } = await refresh(stolen.refresh_token);
    expectError(await refresh(stolen.refresh_token), 401, 'AuthenticationError', /used before/);
    expect(await works(renewed.access_token)).toBe(false);
    expect(await works(stolen.access_token)).toBe(false);
    expectError(await refresh(renewed.refresh_token), 401, 'AuthenticationError');
    expect(await works(other.access_token)).toBe(true);
    expect((await refresh(other.refresh_token)).status).toBe(200);
  });

  it('sent several times at once serves once', async () => {
    const { body } = await logIn();
    const answers = await Promise.all(Array.from({ length: 8 }, () => refresh(body.refresh_token)));
    const served = (answer: Answer) => answer.status === 200;
    expect(answers.filter(served)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(7);
  });

  it('that nobody was given, or that is of a session that has expired, is refused', async () => {
    expectError(await refresh('x'.repeat(43)), 401, 'AuthenticationError');
    const { body } = await logIn();
    await sql(
      `UPDATE sessions SET expires_at = now() - interval '1 second'
       WHERE user_id = (SELECT id FROM users WHERE uuid = $1)`,
      [user.uuid],
    );
    expectError(await refresh(body.refresh_token), 401, 'AuthenticationError', /ended/);
    expect(await works(body.access_token)).toBe(false);
  });

  it('is no access token, and an access token is no refresh token', async () => {
    const { body } = await logIn();
    expect(await works(body.refresh_token)).toBe(false);
    const swapped = await refresh(body.access_token.slice(0, 200));
    expect(withoutRequestId(swapped)).toEqual(withoutRequestId(await refresh('x'.repeat(43))));
  });

  it('is kept as a digest only', async () => {
    const { body } = await logIn();
    const rows = await sql('SELECT * FROM refresh_tokens ORDER BY id DESC LIMIT 50');
    expect(JSON.stringify(rows)).not.toContain(body.refresh_token);
  });
});

describe('S10: logging out', () => {
  it('ends the session at once: its access token, its refresh token, and nothing else', async () => {
    const [first, second] = [(await logIn()).body, (await logIn()).body];
    const { status, body } = await request('POST', '/log-out', { token: first.access_token });
    expect([status, body]).toEqual([204, undefined]);
    expect(await works(first.access_token)).toBe(false);
    expectError(await refresh(first.refresh_token), 401, 'AuthenticationError');
    expect(await works(second.access_token)).toBe(true);
  });
});

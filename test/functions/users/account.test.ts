import { beforeEach, describe, expect, it } from 'vitest';
import { newUser, newWallet, request, type TestUser } from '../../support/api.ts';
import { anInstant, aUuid, expectError, expectFault, withoutRequestId } from '../answers.ts';
import { sql } from '../database.ts';

let user: TestUser;
let path: string;

beforeEach(async () => {
  user = await newUser();
  path = `/user/${user.username}`;
});

const as = (by: TestUser, headers: Record<string, string> = {}) => ({ token: by.token, headers });
const send = (method: string, body: unknown, headers: Record<string, string> = {}) =>
  request(method, path, { ...as(user, headers), body });
const logIn = (username: string, password: string) =>
  request('POST', '/log-in', { body: { username, password } });

describe('an account', () => {
  it('is shown to its owner', async () => {
    const { status, body } = await request('GET', path, as(user));
    expect(status).toBe(200);
    expect(body).toEqual({
      uuid: aUuid,
      username: user.username,
      email: user.email,
      created_at: anInstant,
      updated_at: anInstant,
    });
  });

  it("is not shown to others, who cannot tell another's name from nobody's", async () => {
    const stranger = await newUser();
    const theirs = await request('GET', path, as(stranger));
    const nobodys = await request('GET', '/user/nobodyhasthisname', as(stranger));
    expectError(theirs, 404, 'UserError');
    expect(withoutRequestId(theirs)).toEqual(withoutRequestId(nobodys));
  });

  it('changes its name and address, in part or whole, and answers what it then is', async () => {
    const changed = await send('PATCH', { email: `${user.username}@Example.COM` });
    expect(changed).toMatchObject({ status: 200, body: { email: `${user.username}@example.com` } });
    const username = `x${user.username}`;
    const replaced = await send('PUT', { username, email: user.email });
    expect(replaced).toMatchObject({ status: 200, body: { username, email: user.email } });
    expect((await request('GET', `/user/${username}`, as(user))).body).toEqual(replaced.body);
    expect((await logIn(username, user.password)).status).toBe(200);
    expectError(await logIn(user.username, user.password), 400, 'BadRequestException');
  });

  it("does not take another's name or address, and its own is no conflict", async () => {
    const other = await newUser();
    expectError(await send('PATCH', { username: other.username }), 400, 'BadRequestException', /taken/);
    expectError(await send('PATCH', { email: other.email }), 400, 'BadRequestException', /taken/);
    const unchanged = await send('PATCH', { username: user.username, email: user.email });
    expect(unchanged.status).toBe(200);
  });

  it('is not changed by nothing', async () => {
    expectFault(await send('PATCH', {}), 'body');
    expectFault(await send('PUT', { username: user.username }), 'email');
  });
});

describe('If-Match', () => {
  const tagOf = async (): Promise<string> => (await request('GET', path, as(user))).headers.get('etag') ?? '';

  it('lets a change pass while it names what is there, and refuses it from then on', async () => {
    const tag = await tagOf();
    const first = await send('PATCH', { email: `a.${user.email}` }, { 'if-match': tag });
    expect(first.status).toBe(200);
    expect(first.headers.get('etag')).toBe(await tagOf());
    const second = await send('PATCH', { email: `b.${user.email}` }, { 'if-match': tag });
    expectError(second, 412, 'PreconditionFailed', /read it again/);
    expectError(await request('DELETE', path, as(user, { 'if-match': tag })), 412, 'PreconditionFailed');
    expect((await request('GET', path, as(user))).body.email).toBe(`a.${user.email}`);
  });

  it('may name several, or any', async () => {
    const several = `"nonsense", ${await tagOf()}`;
    expect((await send('PATCH', { email: `a.${user.email}` }, { 'if-match': several })).status).toBe(200);
    expect((await send('PATCH', { email: `b.${user.email}` }, { 'if-match': '*' })).status).toBe(200);
    const weak = { 'if-match': `W/${await tagOf()}` };
    expectError(await send('PATCH', { email: `c.${user.email}` }, weak), 412, 'PreconditionFailed');
  });

  it('of two changes at once lets one pass', async () => {
    const tag = { 'if-match': await tagOf() };
    const answers = await Promise.all(
      ['a', 'b', 'c', 'd'].map((letter) => send('PATCH', { email: `${letter}.${user.email}` }, tag)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412]);
  });
});

describe('a change of the password', () => {
  const change = (current: string, wanted: string) =>
    request('POST', `${path}/password`, {
      ...as(user),
      body: { current_password: current, new_password: wanted },
    });

  it('ends every session at once, and only the new password opens another', async () => {
    const elsewhere = (await logIn(user.username, user.password)).body;
    expect((await change(user.password, 'wrong horse battery')).status).toBe(204);
    for (const token of [user.token, elsewhere.access_token]) {
      expectError(await request('GET', path, { token }), 401, 'AuthenticationError', /session/);
    }
    const refreshed = request('POST', '/token/refresh', { body: { refresh_token: elsewhere.refresh_token } });
    expectError(await refreshed, 401, 'AuthenticationError');
    expectError(await logIn(user.username, user.password), 400, 'BadRequestException');
    expect((await logIn(user.username, 'wrong horse battery')).status).toBe(200);
  });

  it('needs the current one, and another new one that is not common', async () => {
    expectFault(await change('not it at all', 'wrong horse battery'), 'current_password');
    expectFault(await change(user.password, user.password), 'new_password');
    expectFault(await change(user.password, 'iloveyou'), 'new_password');
    expectFault(await change(user.password, user.username.toUpperCase()), 'new_password');
    expect((await request('GET', path, as(user))).status).toBe(200);
  });
});

describe('deleting an account', () => {
  it('erases its credentials at once, ends its sessions, and frees its name', async () => {
    await newWallet(user);
    const exchange = await sql<{ id: string }>(
      `INSERT INTO exchanges (short_name, name) VALUES ($1, 'Test') RETURNING id`,
      [user.username],
    );
    await sql(
      `INSERT INTO cex_accounts (user_id, exchange_id, name, api_key_encrypted, api_secret_encrypted, api_key_last4)
       SELECT id, $2, 'Main', 'ciphertext', 'ciphertext', '1234' FROM users WHERE uuid = $1`,
      [user.uuid, exchange[0]?.id],
    );
    expect((await request('DELETE', path, as(user))).status).toBe(204);
    expectError(await request('GET', path, as(user)), 401, 'AuthenticationError');
    expectError(await logIn(user.username, user.password), 400, 'BadRequestException');
    const [row] = await sql(
      `SELECT password_hash, deleted_at IS NOT NULL AS dated FROM users WHERE uuid = $1`,
      [user.uuid],
    );
    expect(row).toEqual({ password_hash: null, dated: true });
    const keys = await sql(
      `SELECT api_key_encrypted, api_secret_encrypted, passphrase_encrypted, api_key_last4 FROM cex_accounts
       JOIN users ON users.id = user_id WHERE users.uuid = $1`,
      [user.uuid],
    );
    expect(keys).toHaveLength(1);
    for (const row of keys) expect(Object.values(row).every((value) => value === null)).toBe(true);
    const { username, email, password } = user;
    const again = await request('POST', '/sign-up', { body: { username, email, password } });
    expect(again.status).toBe(201);
    expect(again.body.uuid).not.toBe(user.uuid);
  });
});

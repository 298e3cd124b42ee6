import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { request } from '../../support/api.ts';
import { anInstant, aUuid, expectError, expectFault } from '../answers.ts';
import { sql } from '../database.ts';
import { hashParameters } from '../hash-parameters.ts';

const newName = (prefix = 'u') => prefix + randomUUID().replaceAll('-', '').slice(0, 20);

const account = (fields: Record<string, unknown> = {}) => {
  const username = newName();
  return { username, email: `${username}@example.org`, password: 'eight chars at least', ...fields };
};

const signUp = (body: unknown) => request('POST', '/sign-up', { body });

describe('S06: signing up', () => {
  it('answers the account, without the password', async () => {
    const body = account();
    const answer = await signUp(body);
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      uuid: aUuid,
      username: body.username,
      email: body.email,
      created_at: anInstant,
      updated_at: anInstant,
    });
  });

  it('lower-cases the username and the e-mail address', async () => {
    const username = newName('Ada');
    const { status, body } = await signUp(account({ username, email: `${username}@Example.ORG` }));
    expect(status).toBe(201);
    expect(body.username).toBe(username.toLowerCase());
    expect(body.email).toBe(`${username.toLowerCase()}@example.org`);
  });

  it('stores the password as argon2id with 19456 KiB, two passes and one lane, salted each time', async () => {
    const twins = [account({ password: 'the same for both' }), account({ password: 'the same for both' })];
    for (const body of twins) await signUp(body);
    const rows = await sql<{ password_hash: string }>(
      'SELECT password_hash FROM users WHERE username = ANY($1)',
      [twins.map(({ username }) => username)],
    );
    expect(rows).toHaveLength(2);
    for (const { password_hash } of rows) {
      expect(hashParameters(password_hash)).toEqual(['m=19456', 'p=1', 't=2']);
    }
    expect(rows[0]?.password_hash).not.toBe(rows[1]?.password_hash);
  });

  it.each([
    ['of 8 characters', '8 chars!'],
    ['of 128 characters', 'x'.repeat(128)],
    ['of one repeated character', 'aaaaaaaa'],
    ['in another script, with spaces around it', ' пароль 密码 '],
  ])('takes a password %s as it is', async (_, password) => {
    const body = account({ password });
    expect((await signUp(body)).status).toBe(201);
    const logIn = (given: string) =>
      request('POST', '/log-in', { body: { username: body.username, password: given } });
    expect((await logIn(password)).status).toBe(200);
    expect((await logIn(password.toUpperCase().concat('!').slice(-128))).status).toBe(400);
  });

  it.each([
    ['username', 'ab'],
    ['username', 'a'.repeat(51)],
    ['username', 'with space'],
    ['username', 'under_score'],
    ['username', 'ünicode'],
    ['username', 'name@example.org'],
    ['username', 'trailing\n'],
    ['username', ''],
    ['username', 12345],
    ['username', undefined],
    ['password', 'seven77'],
    ['password', 'iloveyou'],
    ['password', 'IloveYou'],
    ['password', '1234567890'],
    ['password', 'x'.repeat(129)],
    ['password', 12345678],
    ['password', null],
    ['password', undefined],
    ['email', 'nobody'],
    ['email', 'a@b'],
    ['email', 'a@b.org c'],
    ['email', '"quoted\u0000"@example.org'],
    ['email', `${'a'.repeat(250)}@example.org`],
    ['email', undefined],
  ])('names the %s where it is %j', async (field, value) => {
    expectFault(await signUp(account({ [field]: value })), field);
  });

  it('takes usernames of 3 and of 50 letters and digits', async () => {
    const long = newName().padEnd(50, '0');
    expect((await signUp(account({ username: 'xyz' }))).status).toBe(201);
    expect((await signUp(account({ username: long }))).status).toBe(201);
  });
});

describe('a name that is taken', () => {
  it.each([
    ['username', { email: 'other' }],
    ['username in capitals', { email: 'other', capitals: true }],
    ['e-mail address', { username: 'other' }],
  ])('is refused: %s', async (_, { email, username, capitals }: Record<string, string | boolean>) => {
    const first = account();
    await signUp(first);
    const second = account({
      ...(email ? {} : { email: first.email.toUpperCase() }),
      ...(username ? {} : { username: capitals ? first.username.toUpperCase() : first.username }),
    });
    const answer = await signUp(second);
    expectError(answer, 400, 'BadRequestException', 'This username or e-mail address is taken');
    const rows = await sql('SELECT id FROM users WHERE username = $1 OR email = $2', [
      first.username,
      first.email,
    ]);
    expect(rows).toHaveLength(1);
  });

  it('goes to one of many who ask for it at once', async () => {
    const body = account();
    const answers = await Promise.all(Array.from({ length: 8 }, () => signUp(body)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(400)]);
  });

  it('is free again once its account is deleted', async () => {
    const body = account();
    await signUp(body);
    await sql('UPDATE users SET is_deleted = true WHERE username = $1', [body.username]);
    expect((await signUp(body)).status).toBe(201);
  });
});

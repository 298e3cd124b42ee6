import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { newUser, request } from '../../support/api.ts';
import { expectError, nobodys } from '../answers.ts';
import { sql } from '../database.ts';
import { asOperator, itIsForOperators } from '../operator.ts';

itIsForOperators('DELETE', `/user-management/user/${nobodys}`);

const remove = (uuid: string, headers: Record<string, string> = {}) =>
  asOperator('DELETE', `/user-management/user/${uuid}`, { headers });

it('deletes an account as its owner could: sessions end, the password is erased, the name is free', async () => {
  const user = await newUser();
  expect((await remove(user.uuid)).status).toBe(204);
  const self = await request('GET', `/user/${user.username}`, { token: user.token });
  expectError(self, 401, 'AuthenticationError');
  const [row] = await sql('SELECT password_hash, is_deleted FROM users WHERE uuid = $1', [user.uuid]);
  expect(row).toEqual({ password_hash: null, is_deleted: true });
  const { username, email, password } = user;
  expect((await request('POST', '/sign-up', { body: { username, email, password } })).status).toBe(201);
  expectError(await remove(user.uuid), 404, 'UserError', 'User not found');
});

it('heeds If-Match, of the account as the list shows it', async () => {
  const { uuid, username } = await newUser();
  expectError(await remove(uuid, { 'if-match': '"stale"' }), 412, 'PreconditionFailed');
  const { body } = await asOperator('GET', `/user-management/users?search=${username}`);
  const sorted = Object.fromEntries(Object.entries(body.items[0]).sort(([a], [b]) => (a < b ? -1 : 1)));
  const digest = createHash('sha256').update(JSON.stringify(sorted)).digest('base64url').slice(0, 22);
  expect((await remove(uuid, { 'if-match': `"${digest}"` })).status).toBe(204);
});

it('does not know an account that does not exist', async () => {
  expectError(await remove(nobodys), 404, 'UserError');
});

import { randomUUID } from 'node:crypto';
import { request } from '../../support/api.ts';
import type { Route } from '../routes.ts';

const password = 'correct horse battery';

export const userRoutes: Record<string, Route> = {
  'auth/sign-up': {
    body: ({ username }) => ({ username, email: `${username}@example.net`, password: 'long enough' }),
    // A name that nobody has yet.
    prepare: async () => ({ username: `n${randomUUID().slice(0, 8)}` }),
  },
  'auth/log-in': { body: ({ username }) => ({ username, password }) },
  'auth/refresh': {
    body: ({ refresh_token }) => ({ refresh_token }),
    prepare: async ({ user }) => {
      const { body } = await request('POST', '/log-in', { body: { username: user.username, password } });
      return { refresh_token: body.refresh_token };
    },
  },
  'auth/log-out': { forAll: true },
  'users/get': {},
  'users/replace': { body: ({ username }) => ({ username, email: `${username}@example.net` }) },
  'users/change': { body: ({ username }) => ({ email: `${username}@example.com` }) },
  'users/delete': {},
  'users/history': {},
  'users/password': { body: () => ({ current_password: password, new_password: 'wrong horse battery' }) },
};

import * as z from 'zod';
import { endpoint } from './endpoint.ts';
import { changesOf, Email, Instant, Nothing, oneProcessor, Password, Username, Uuid } from './fields.ts';

export const User = z
  .strictObject({
    uuid: Uuid,
    username: z.string().meta({ example: 'ada' }),
    email: z.string().meta({ example: 'ada@example.org' }),
    created_at: Instant,
    updated_at: Instant,
  })
  .meta({ id: 'User' });

const UserParams = z.strictObject({ username: Username });

export const getUser = endpoint({
  id: 'users/get',
  method: 'GET',
  path: '/user/{username}',
  summary: 'Show your account',
  auth: 'user',
  role: 'api',
  status: 200,
  etag: true,
  errors: ['UserError'],
  shapes: { params: UserParams, response: User },
});

export const replaceUser = endpoint({
  id: 'users/replace',
  method: 'PUT',
  path: '/user/{username}',
  summary: 'Replace your username and e-mail address',
  auth: 'user',
  role: 'api',
  status: 200,
  etag: true,
  errors: ['UserError'],
  shapes: {
    params: UserParams,
    body: z.strictObject({ username: Username, email: Email }),
    response: User,
  },
});

export const changeUser = endpoint({
  id: 'users/change',
  method: 'PATCH',
  path: '/user/{username}',
  summary: 'Change your username or e-mail address',
  auth: 'user',
  role: 'api',
  status: 200,
  etag: true,
  errors: ['UserError'],
  shapes: {
    params: UserParams,
    body: changesOf({ username: Username, email: Email }),
    response: User,
  },
});

export const deleteUser = endpoint({
  id: 'users/delete',
  method: 'DELETE',
  path: '/user/{username}',
  summary: 'Delete your account: password and exchange keys are erased at once, and the name is free',
  auth: 'user',
  role: 'api',
  status: 204,
  errors: ['UserError'],
  shapes: { params: UserParams, response: Nothing },
});

export const changePassword = endpoint({
  id: 'users/password',
  method: 'POST',
  path: '/user/{username}/password',
  summary: 'Change your password, and end every session',
  auth: 'user',
  role: 'api',
  status: 204,
  rate: 'sign-in',
  memoryMegabytes: oneProcessor,
  errors: ['UserError'],
  shapes: {
    params: UserParams,
    body: z.strictObject({
      current_password: z.string().max(128).meta({ example: 'correct horse battery staple' }),
      new_password: Password.meta({ example: 'wrong horse battery staple' }),
    }),
    response: Nothing,
  },
});

import * as z from 'zod';
import { endpoint } from './endpoint.ts';
import { Email, Nothing, oneProcessor, Password, Username } from './fields.ts';
import { User } from './users.ts';

const Tokens = z
  .strictObject({
    access_token: z.string().meta({ example: 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIwYjlmN2MxZSJ9.c2lnbmF0dXJl' }),
    token_type: z.literal('bearer'),
    expires_in: z.int().meta({ description: 'Seconds.', example: 1800 }),
    refresh_token: z.string().meta({
      description: 'Serves once, at `POST /token/refresh`; using it a second time ends the session.',
      example: '3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    }),
    refresh_expires_in: z.int().meta({ description: 'Seconds.', example: 2592000 }),
  })
  .meta({ id: 'Tokens' });

export const signUp = endpoint({
  id: 'auth/sign-up',
  method: 'POST',
  path: '/sign-up',
  summary: 'Create an account',
  auth: 'public',
  role: 'registration',
  status: 201,
  rate: 'sign-in',
  etag: true,
  memoryMegabytes: oneProcessor,
  errors: ['BadRequestException'],
  shapes: {
    body: z.strictObject({ username: Username, password: Password, email: Email }),
    response: User,
  },
});

export const logIn = endpoint({
  id: 'auth/log-in',
  method: 'POST',
  path: '/log-in',
  summary: 'Exchange a username or an e-mail address and a password for tokens',
  auth: 'public',
  role: 'auth',
  status: 200,
  rate: 'sign-in',
  memoryMegabytes: oneProcessor,
  errors: ['BadRequestException'],
  shapes: {
    body: z
      .strictObject({
        username: z.string().max(254).toLowerCase().optional().meta({ example: 'ada' }),
        email: z.string().max(254).toLowerCase().optional(),
        password: z.string().max(128).meta({ example: 'correct horse battery staple' }),
      })
      .refine((body) => (body.username === undefined) !== (body.email === undefined), {
        error: 'expected either username or email; username may hold either',
        path: ['username'],
      }),
    response: Tokens,
  },
});

export const refreshToken = endpoint({
  id: 'auth/refresh',
  method: 'POST',
  path: '/token/refresh',
  summary: 'Exchange a refresh token for new tokens; each serves once',
  auth: 'public',
  role: 'auth',
  status: 200,
  errors: ['AuthenticationError'],
  shapes: {
    body: z.strictObject({
      refresh_token: z
        .string()
        .min(1)
        .max(200)
        .meta({ example: '3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }),
    }),
    response: Tokens,
  },
});

export const logOut = endpoint({
  id: 'auth/log-out',
  method: 'POST',
  path: '/log-out',
  summary: 'End the session of the access token, at once',
  auth: 'user',
  role: 'api',
  status: 204,
  errors: [],
  shapes: { response: Nothing },
});

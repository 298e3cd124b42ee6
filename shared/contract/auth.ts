import * as z from 'zod';
import { endpoint } from './endpoint.ts';
import { Instant, Password, Username, Uuid } from './fields.ts';

const User = z
  .strictObject({
    uuid: Uuid,
    username: z.string().meta({ example: 'ada' }),
    email: z.string().meta({ example: 'ada@example.org' }),
    created_at: Instant,
  })
  .meta({ id: 'User' });

/** argon2id works on 19 MiB and one processor: a function needs a whole one to answer quickly. */
const oneProcessor = 1769;

export const signUp = endpoint({
  id: 'auth/sign-up',
  method: 'POST',
  path: '/sign-up',
  summary: 'Create an account',
  auth: 'public',
  role: 'registration',
  status: 201,
  memoryMegabytes: oneProcessor,
  errors: ['BadRequestException'],
  shapes: {
    body: z.strictObject({
      username: Username,
      password: Password,
      email: z
        .email('expected an e-mail address')
        .max(254)
        .toLowerCase()
        .meta({ example: 'ada@example.org' }),
    }),
    response: User,
  },
});

export const logIn = endpoint({
  id: 'auth/log-in',
  method: 'POST',
  path: '/log-in',
  summary: 'Exchange a username or an e-mail address and a password for an access token',
  auth: 'public',
  role: 'auth',
  status: 200,
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
    response: z.strictObject({
      access_token: z
        .string()
        .meta({ example: 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIwYjlmN2MxZSJ9.c2lnbmF0dXJl' }),
      token_type: z.literal('bearer'),
      expires_in: z.int().meta({ description: 'Seconds.', example: 3600 }),
    }),
  },
});

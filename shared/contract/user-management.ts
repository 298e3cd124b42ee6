import * as z from 'zod';
import { endpoint } from './endpoint.ts';
import { Instant, Nothing, page, pageQuery, Uuid } from './fields.ts';

const ManagedUser = z
  .strictObject({
    uuid: Uuid,
    username: z.string(),
    email: z.string(),
    created_at: Instant,
    is_deleted: z.boolean(),
    deleted_at: Instant.nullable(),
    wallets: z.int(),
  })
  .meta({ id: 'ManagedUser' });

export const listUsers = endpoint({
  id: 'user-management/list',
  method: 'GET',
  path: '/user-management/users',
  summary: 'List the accounts, the newest first, with those that are deleted and not purged yet',
  auth: 'admin',
  role: 'operator',
  status: 200,
  errors: [],
  shapes: {
    query: z.strictObject({
      ...pageQuery,
      search: z
        .string()
        .min(1)
        .max(254)
        .optional()
        .meta({ description: 'A part of the username or of the e-mail address, in any case.' }),
    }),
    response: page(ManagedUser),
  },
});

export const removeUser = endpoint({
  id: 'user-management/delete',
  method: 'DELETE',
  path: '/user-management/user/{user_uuid}',
  summary: 'Delete an account, as its owner could',
  auth: 'admin',
  role: 'operator',
  status: 204,
  errors: ['UserError'],
  shapes: { params: z.strictObject({ user_uuid: Uuid }), response: Nothing },
});

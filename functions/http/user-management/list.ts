import { pageUsers } from '#shared/adapters/db/managed-users.ts';
import { listUsers } from '#shared/contract/user-management.ts';
import { http } from '#shared/lambda/http.ts';

export const handler = http(listUsers, ({ db, query }) => pageUsers(db, query));

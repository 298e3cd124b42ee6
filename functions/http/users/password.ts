import { requireSelf } from '#shared/adapters/db/users.ts';
import { changePassword as endpoint } from '#shared/contract/users.ts';
import { http } from '#shared/lambda/http.ts';
import { changePassword } from '#shared/usecases/change-password.ts';

export const handler = http(endpoint, async ({ db, caller, params, body, address }) => {
  await requireSelf(db, caller.userId, params.username);
  return changePassword(db, caller, { ...body, address });
});

/** Short words for entries on days of January 2024, in ether at 100 USD unless the fields say otherwise. */
import { type Answer, type Json, record, request, type TestUser } from '../../support/api.ts';

export const day = (number: number) => `2024-01-${String(number).padStart(2, '0')}T00:00:00.000Z`;

export const enter = (
  user: TestUser,
  wallet: Json,
  transaction_type: string,
  amount: string,
  on: number,
  fields: object = {},
): Promise<Answer> =>
  record(user, wallet, { transaction_type, amount, price_usd: '100', timestamp: day(on), ...fields });

export const patch = (user: TestUser, { uuid }: Json, body: unknown, headers: Record<string, string> = {}) =>
  request('PATCH', `/transaction/${uuid}`, { token: user.token, body, headers });

export const remove = (user: TestUser, { uuid }: Json, headers: Record<string, string> = {}) =>
  request('DELETE', `/transaction/${uuid}`, { token: user.token, headers });

export const cancel = (user: TestUser, { uuid }: Json, headers: Record<string, string> = {}) =>
  request('POST', `/transaction/cancel/${uuid}`, { token: user.token, headers });

export const restore = (user: TestUser, { uuid }: Json, headers: Record<string, string> = {}) =>
  request('POST', `/transaction/restore/${uuid}`, { token: user.token, headers });

export const show = (user: TestUser, { uuid }: Json) =>
  request('GET', `/transaction/${uuid}`, { token: user.token });

export const link = (user: TestUser, out: Json, into: Json) =>
  request('POST', '/transfer/link', { token: user.token, body: { out: out.uuid, in: into.uuid } });

export const unlink = (user: TestUser, { uuid }: Json, headers: Record<string, string> = {}) =>
  request('DELETE', `/transfer/link/${uuid}`, { token: user.token, headers });

/** What users say tokens are worth, through the API. */
import { type Answer, request, type TestUser } from '../../support/api.ts';

export const overridePath = (token: { uuid: string }): string => `/prices/${token.uuid}/override`;

export const setPrice = (user: TestUser, token: { uuid: string }, price_usd: unknown): Promise<Answer> =>
  request('PUT', overridePath(token), { token: user.token, body: { price_usd } });

export const readPrice = (user: TestUser, token: { uuid: string }): Promise<Answer> =>
  request('GET', overridePath(token), { token: user.token });

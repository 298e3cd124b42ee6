import { request } from '../../support/api.ts';
import { newToken } from '../database.ts';
import type { Route } from '../routes.ts';

/** Any token: prices are everybody's, and what a user says of them names nothing but the token. */
const aToken: Route = { forAll: true, prepare: async () => ({ token_uuid: (await newToken()).uuid }) };

/** A token that the user has said something of. */
const overridden: Route = {
  forAll: true,
  prepare: async ({ user }) => {
    const { uuid } = await newToken();
    await request('PUT', `/prices/${uuid}/override`, { token: user.token, body: { price_usd: '2' } });
    return { token_uuid: uuid };
  },
};

export const priceRoutes: Record<string, Route> = {
  'prices/list': aToken,
  'prices/set-override': { ...aToken, body: () => ({ price_usd: '1.5' }) },
  'prices/get-override': overridden,
  'prices/remove-override': overridden,
  'prices/overrides': { forAll: true },
};

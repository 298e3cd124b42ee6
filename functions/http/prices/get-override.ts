import { findOverride, presentOverride } from '#shared/adapters/db/price-overrides.ts';
import { getOverride } from '#shared/contract/prices.ts';
import { notFound } from '#shared/errors.ts';
import { http } from '#shared/lambda/http.ts';

export const handler = http(getOverride, async ({ db, caller, params }) => {
  const override = await findOverride(db, caller.userId, params.token_uuid);
  if (!override) throw notFound('Price');
  return presentOverride(override);
});

import { publicChainId, tokenSummary } from '#shared/adapters/db/chains.ts';
import { presentPrice } from '#shared/adapters/db/effective-price.ts';
import { findOverride, presentOverride } from '#shared/adapters/db/price-overrides.ts';
import { pagePrices, requirePricedToken } from '#shared/adapters/db/price-points.ts';
import { listPrices } from '#shared/contract/prices.ts';
import { badRequest } from '#shared/errors.ts';
import { http } from '#shared/lambda/http.ts';

const dayMs = 86_400_000;

/** The longest that one request may look through, in days. */
const longestDays = { raw: 31, hour: 366, day: 3_660 } as const;

export const handler = http(listPrices, async ({ db, caller, params, query, now }) => {
  const token = await requirePricedToken(db, caller.userId, params.token_uuid);
  const to = query.to ?? now.toISOString();
  const from = query.cursor ?? query.from ?? new Date(Date.parse(to) - dayMs).toISOString();
  const lengthMs = Date.parse(to) - Date.parse(from);
  if (lengthMs < 0) throw badRequest('from: expected a time before `to`');
  const longest = longestDays[query.interval];
  if (lengthMs > longest * dayMs) {
    throw badRequest(
      `from: expected at most ${longest} days before \`to\` by ${query.interval}: ask for less, or by a longer interval`,
    );
  }
  const override = await findOverride(db, caller.userId, params.token_uuid);
  return {
    token: tokenSummary(token),
    chain_id: publicChainId(token.publicId),
    current: presentPrice(token),
    override: override ? presentOverride(override) : null,
    ...(await pagePrices(db, token.id, { ...query, from, to })),
  };
});

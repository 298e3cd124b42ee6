import { publicChainId, tokenSummary } from '#shared/adapters/db/chains.ts';
import type { Db } from '#shared/adapters/db/client.ts';
import { presentPrice } from '#shared/adapters/db/effective-price.ts';
import { findOverride, presentOverride } from '#shared/adapters/db/price-overrides.ts';
import { type PriceInterval, pagePrices, requirePricedToken } from '#shared/adapters/db/price-points.ts';
import { badRequest } from '#shared/errors.ts';

const dayMs = 86_400_000;

/** The longest that one request may look through, in days. */
const longestDays = { raw: 31, hour: 366, day: 3_660 } as const;

interface Asked {
  token_uuid: string;
  from?: string | undefined;
  to?: string | undefined;
  interval: PriceInterval;
  limit: number;
  cursor?: string | undefined;
}

/** @throws BadRequestException for a stretch of time that ends before it begins, or is too long */
const stretchOf = ({ from, to, cursor, interval }: Asked, now: Date): { from: string; to: string } => {
  const end = to ?? now.toISOString();
  const start = cursor ?? from ?? new Date(Date.parse(end) - dayMs).toISOString();
  const lengthMs = Date.parse(end) - Date.parse(start);
  if (lengthMs < 0) throw badRequest('from: expected a time before `to`');
  const longest = longestDays[interval];
  if (lengthMs > longest * dayMs) {
    throw badRequest(
      `from: expected at most ${longest} days before \`to\` by ${interval}: ask for less, or by a longer interval`,
    );
  }
  return { from: start, to: end };
};

/**
 * What sources have said a token was worth, beside what it is worth to the user now.
 *
 * @throws TokenError, BadRequestException
 */
export const listPrices = async (db: Db, userId: bigint, asked: Asked, now: Date) => {
  const token = await requirePricedToken(db, userId, asked.token_uuid);
  const stretch = stretchOf(asked, now);
  const override = await findOverride(db, userId, asked.token_uuid);
  return {
    token: tokenSummary(token),
    chain_id: publicChainId(token.publicId),
    current: presentPrice(token),
    override: override ? presentOverride(override) : null,
    ...(await pagePrices(db, token.id, { ...asked, ...stretch })),
  };
};

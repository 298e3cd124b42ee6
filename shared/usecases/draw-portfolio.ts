import type { Db } from '#shared/adapters/db/client.ts';
import { holdingsOf } from '#shared/adapters/db/holdings.ts';
import { requirePortfolio } from '#shared/adapters/db/portfolios.ts';
import { allocate } from '#shared/domain/allocation.ts';
import { sum } from '#shared/domain/decimal.ts';
import { gridBetween, type Interval } from '#shared/domain/history-grid.ts';
import { isCounted, worthOf } from '#shared/domain/holdings.ts';
import { badRequest } from '#shared/errors.ts';
import { allSums } from './read-history.ts';

const dayMs = 86_400_000;

/** More points than pixels show nothing more. */
const mostPoints = 1_000;

/** So many tokens have a bar of their own. */
const mostParts = 4;

interface Wanted {
  from?: string | undefined;
  to?: string | undefined;
  interval: Interval;
  theme: 'light' | 'dark' | 'auto';
  width: number;
}

/** @throws BadRequestException when the range ends before it begins, or has more points than can be drawn */
const rangeOf = ({ from: start, to: end, interval }: Wanted, now: Date) => {
  const asked = end ? new Date(end) : now;
  const to = asked < now ? asked : now;
  const from = start ? new Date(start) : new Date(Math.max(to.getTime() - 90 * dayMs, 0));
  if (from > to) throw badRequest('from: expected a time before `to`, in the past');
  if (gridBetween(from.getTime(), to.getTime(), interval, mostPoints + 1).length > mostPoints) {
    throw badRequest(`from: expected at most ${mostPoints} points by ${interval}: ask for a longer interval`);
  }
  return { from, to };
};

/** The largest tokens of the value, and all others together. */
const partsOf = async (db: Db, userId: bigint, portfolioId: bigint) => {
  const counted = (await holdingsOf(db, userId, portfolioId)).filter(isCounted);
  const shares = allocate(counted.map((of) => ({ of: of.token.symbol, valueUsd: worthOf(of) })));
  const parts = shares.slice(0, mostParts).map(({ of, share }) => ({ name: of, share }));
  const others = shares.slice(mostParts).map(({ share }) => share);
  return others.length === 0 ? parts : [...parts, { name: 'Others', share: sum(others) }];
};

/**
 * Draws a portfolio over time, and what it is made of today.
 *
 * @throws PortfolioError when there is no such portfolio, or it is another's
 * @throws BadRequestException when the range makes no sense, or has too many points
 */
export const drawPortfolio = async (
  db: Db,
  userId: bigint,
  portfolioUuid: string,
  wanted: Wanted,
  now: Date,
): Promise<{ svg: string; style: string }> => {
  const { id, name } = await requirePortfolio(db, userId, portfolioUuid);
  const range = { ...rangeOf(wanted, now), interval: wanted.interval, now };
  const points = await allSums(db, userId, { portfolioId: id }, range);
  const parts = await partsOf(db, userId, id);
  // Half a megabyte of code that a refused request does not need.
  const { drawChart } = await import('#shared/adapters/chart.ts');
  return drawChart({
    title: name,
    points: points.map((point) => ({
      at: Date.parse(point.at),
      valueUsd: point.value_usd,
      costUsd: point.cost_basis_usd,
    })),
    parts,
    width: wanted.width,
    theme: wanted.theme,
  });
};

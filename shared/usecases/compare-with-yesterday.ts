import type { Db } from '#shared/adapters/db/client.ts';
import { heldNow, worthAt } from '#shared/adapters/db/day-ago.ts';
import { historyBalances } from '#shared/adapters/db/history-scope.ts';
import type { TokenHolding } from '#shared/adapters/db/holdings.ts';
import type { Passage } from '#shared/domain/change.ts';
import { compare, product } from '#shared/domain/decimal.ts';
import { gridBetween } from '#shared/domain/history-grid.ts';
import { isDisputed, isPriced } from '#shared/domain/holdings.ts';
import { knownInstants } from './known-instants.ts';

const dayMs = 86_400_000;
const hoursOfDay = 25;

/**
 * What each balance that counts in a portfolio's value is worth, and was worth a day ago: at the last snapshot that is a day
 * old, and at most two. What is in none that was taken had nothing then; where none was taken, only what began since is known.
 */
export const compareWithYesterday = async (
  db: Db,
  userId: bigint,
  {
    portfolioId,
    holdings,
    now,
    dustThreshold,
  }: {
    portfolioId: bigint;
    holdings: readonly TokenHolding[];
    now: Date;
    dustThreshold: string;
  },
): Promise<Passage[]> => {
  const counted = holdings
    .filter((holding) => holding.isVerified && !holding.isSpam && !isDisputed(holding))
    .filter(isPriced);
  const prices = new Map(counted.map(({ token, priceUsd }) => [token.uuid, priceUsd]));
  const begun = new Map(
    (await historyBalances(db, userId, { portfolioId })).map((balance) => [balance.id, balance]),
  );
  const yesterday = now.getTime() - dayMs;
  const hours = gridBetween(yesterday - dayMs, yesterday, 'hour', hoursOfDay);
  const known = await knownInstants(db, [...begun.values()], hours, { interval: 'hour', now });
  const instant = known.findLast(({ isGap }) => !isGap);
  const at = instant?.at ?? yesterday;
  const then = instant ? await worthAt(db, [...begun.keys()], instant) : new Map<number, string | null>();
  const worthThen = (id: number): string | null => {
    const { beganAt = Number.POSITIVE_INFINITY, changedSince } = begun.get(id) ?? {};
    if (beganAt > at) return '0';
    if (!instant || (changedSince != null && changedSince <= at)) return null;
    return then.has(id) ? (then.get(id) ?? null) : '0';
  };
  const held = (await heldNow(db, userId, portfolioId)).filter(
    ({ id, amount }) => then.has(id) || compare(amount, dustThreshold) >= 0,
  );
  return held.flatMap(({ id, tokenUuid, amount }) => {
    const price = prices.get(tokenUuid);
    return price === undefined ? [] : [{ nowUsd: product(amount, price), thenUsd: worthThen(id) }];
  });
};

import { type Budget, draw } from '#shared/adapters/rate-limit.ts';
import { settings } from '#shared/config.ts';
import type { Endpoint, RateClass } from '#shared/contract/endpoint.ts';
import { rateClassOf, rates, rateWindowSeconds } from '#shared/contract/rates.ts';
import { signInClosed, TooManyRequests } from '#shared/errors.ts';
import { householdOf } from './household.ts';
import { describe, log } from './log.ts';

/** What a request waits for its count. Signing in depends on it, and waits longer. */
const patienceMs = (rate: RateClass): number => (rate === 'sign-in' ? 3_000 : 1_000);

const restMs = 5_000;

/** Until when requests go uncounted: Redis has just failed, and every one of them would wait for it again. */
let restsUntil = 0;

const budgetsOf = (rate: RateClass, { address, userUuid }: Drawer): Budget[] => {
  const { perUser, perAddress } = rates[rate];
  const factor = settings().RATE_LIMIT_FACTOR;
  const budget = (key: string, limit: number): Budget => ({
    key: `rate:${rate}:${key}`,
    limit: Math.max(1, Math.floor(limit * factor)),
    windowSeconds: rateWindowSeconds,
  });
  return [
    budget(householdOf(address), perAddress),
    ...(userUuid === undefined ? [] : [budget(userUuid, perUser)]),
  ];
};

/** Who a request is counted against. */
interface Drawer {
  address: string;
  userUuid?: string;
}

/** Without Redis the API goes on; only what checks passwords does not, or anybody could guess at leisure. */
const uncounted = (rate: RateClass): Record<string, string> => {
  if (rate !== 'sign-in') return {};
  throw signInClosed();
};

/**
 * Counts a request against the budgets of its class.
 *
 * @returns the headers that tell its caller what is left
 * @throws RateLimitError when a budget is used up
 */
export const countRequest = async (rate: RateClass, drawer: Drawer): Promise<Record<string, string>> => {
  if (Date.now() < restsUntil) return uncounted(rate);
  const verdict = await draw(budgetsOf(rate, drawer), { patienceMs: patienceMs(rate) }).catch(
    (error: unknown) => {
      restsUntil = Date.now() + restMs;
      log('warn', 'requests go uncounted', describe(error));
      return undefined;
    },
  );
  if (!verdict) return uncounted(rate);
  const headers = {
    'ratelimit-limit': String(verdict.limit),
    'ratelimit-remaining': String(verdict.remaining),
    'ratelimit-reset': String(verdict.resetSeconds),
  };
  if (!verdict.allowed) throw new TooManyRequests(verdict.resetSeconds, headers);
  return headers;
};

/** As `countRequest`, for the class of an endpoint; documents are not counted. */
export const countCall = async (
  endpoint: Pick<Endpoint, 'method' | 'rate' | 'role'>,
  drawer: Drawer,
): Promise<Record<string, string>> => {
  const rate = rateClassOf(endpoint);
  return rate === undefined ? {} : countRequest(rate, drawer);
};

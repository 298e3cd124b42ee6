import { runScript } from './redis.ts';

/** A budget that requests draw on together. */
export interface Budget {
  key: string;
  limit: number;
  windowSeconds: number;
}

export interface Verdict {
  allowed: boolean;
  /** Of the budget that is nearest to its end. */
  limit: number;
  remaining: number;
  /** Until that budget is whole again; until it allows one more where it refused. */
  resetSeconds: number;
}

/**
 * The generic cell rate algorithm, over all budgets of a request at once: each key holds the time at which its budget is
 * whole again. Where one refuses, none is drawn on. The clock is Redis's own, so functions need not agree on theirs.
 * No script header: stock Redis and Upstash must both take it.
 */
const script = `
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local wholeAt, tightest = {}, nil
for i, key in ipairs(KEYS) do
  local limit, window = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  local at = math.max(tonumber(redis.call('GET', key) or '0'), now) + window / limit
  local left = math.floor((window - (at - now)) * limit / window + 0.000001)
  wholeAt[i] = at
  if not tightest or left < tightest[1] then tightest = {left, limit, at - now, at - now - window} end
end
if tightest[1] < 0 then return {0, tightest[2], 0, math.ceil(tightest[4])} end
for i, key in ipairs(KEYS) do
  redis.call('SET', key, wholeAt[i], 'PX', math.ceil(wholeAt[i] - now) + 1)
end
return {1, tightest[2], tightest[1], math.ceil(tightest[3])}`;

/**
 * Draws one request on some budgets, in one round trip.
 *
 * @throws when Redis does not answer in time
 */
export const draw = async (
  budgets: readonly Budget[],
  patience: { patienceMs: number },
): Promise<Verdict> => {
  const [allowed, limit, remaining, resetMs] = await runScript<[number, number, number, number]>(
    script,
    budgets.map(({ key }) => key),
    budgets.flatMap((budget) => [String(budget.limit), String(budget.windowSeconds * 1000)]),
    patience,
  );
  return { allowed: allowed === 1, limit, remaining, resetSeconds: Math.ceil(resetMs / 1000) };
};

import { createHash } from 'node:crypto';
import { settings } from '#shared/config.ts';
import { runScript } from './redis.ts';

/** After how many failures in a row the next attempt must wait, a second at first, twice as long each time. */
interface Guard {
  freeFailures: number;
  longestSeconds: number;
}

/**
 * Guessing from one address is slowed down soon and much. An account as a whole, guessed at from many addresses, later
 * and less: whoever fails on purpose must not keep its owner out for long.
 */
const guards = {
  pair: { freeFailures: 5, longestSeconds: 900 },
  address: { freeFailures: 30, longestSeconds: 900 },
  account: { freeFailures: 20, longestSeconds: 30 },
} as const satisfies Record<string, Guard>;

/** Failures are forgotten after a quiet hour. */
const memoryMs = 3_600_000;

/**
 * Counts an attempt as a failure before its password is looked at, so that many at once do not all slip through; a
 * success takes it back. Gives how many milliseconds are left to wait, or 0.
 */
const attemptScript = `
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local wait = 0
for i, key in ipairs(KEYS) do
  local seen = redis.call('HMGET', key, 'failures', 'last')
  local over = tonumber(seen[1] or '0') - tonumber(ARGV[2 * i - 1])
  if over >= 0 then
    local delay = math.min(tonumber(ARGV[2 * i]), 1000 * 2 ^ math.min(over, 20))
    wait = math.max(wait, tonumber(seen[2]) + delay - now)
  end
end
if wait > 0 then return math.ceil(wait) end
for _, key in ipairs(KEYS) do
  redis.call('HINCRBY', key, 'failures', 1)
  redis.call('HSET', key, 'last', now)
  redis.call('PEXPIRE', key, ${memoryMs})
end
return 0`;

/** A success clears the account and the pair; of the address, only this attempt. */
const successScript = `
redis.call('DEL', KEYS[1], KEYS[3])
if tonumber(redis.call('HGET', KEYS[2], 'failures') or '0') > 0 then redis.call('HINCRBY', KEYS[2], 'failures', -1) end
return 0`;

/** Longer than for a mere limit: who is not counted is not let in. */
const patience = { patienceMs: 3_000 };

const digest = (text: string) => createHash('sha256').update(text).digest('base64url').slice(0, 22);

const keysOf = (account: string, address: string) => [
  `sign-in:account:${digest(account)}`,
  `sign-in:address:${digest(address)}`,
  `sign-in:pair:${digest(JSON.stringify([account, address]))}`,
];

const thresholds = (): string[] =>
  [guards.account, guards.address, guards.pair].flatMap(({ freeFailures, longestSeconds }) => [
    String(Math.max(1, Math.floor(freeFailures * settings().RATE_LIMIT_FACTOR))),
    String(longestSeconds * 1000),
  ]);

/**
 * Begins an attempt to sign in.
 *
 * @returns how many seconds to wait before the next attempt; 0 when this one may go on
 * @throws when Redis does not answer: who cannot count failures lets nobody guess
 */
export const beginAttempt = async (account: string, address: string): Promise<number> => {
  const wait = await runScript<number>(attemptScript, keysOf(account, address), thresholds(), patience);
  return Math.ceil(wait / 1000);
};

/** Takes back what `beginAttempt` counted, once the password was right. */
export const endAttempt = async (account: string, address: string): Promise<void> => {
  await runScript<number>(successScript, keysOf(account, address), [], patience);
};

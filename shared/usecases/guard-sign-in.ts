import { beginAttempt, endAttempt } from '#shared/adapters/sign-in-guard.ts';
import { signInClosed, TooManyRequests } from '#shared/errors.ts';

/** Without the count of failures anybody could guess at leisure, so nobody gets in. */
const counting = <T>(work: Promise<T>): Promise<T> =>
  work.catch(() => {
    throw signInClosed();
  });

/**
 * Lets a password be checked unless too many wrong ones came before; the delay grows with each.
 *
 * @param check what it gives, if anything, shows that the password was right
 * @throws RateLimitError when it is too soon; ServiceUnavailable when failures cannot be counted
 */
export const guarded = async <T>(
  { account, address }: { account: string; address: string },
  check: () => Promise<T | undefined>,
): Promise<T | undefined> => {
  const wait = await counting(beginAttempt(account, address));
  if (wait > 0) throw new TooManyRequests(wait);
  const right = await check();
  if (right !== undefined) await counting(endAttempt(account, address));
  return right;
};

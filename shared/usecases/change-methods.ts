import { balancesSince, type Membership, memberships } from '#shared/adapters/db/method-plans.ts';
import { everyYear, firstDifference, type MethodPlan } from '#shared/domain/method.ts';
import { AppError } from '#shared/errors.ts';
import type { Caller, Change } from './context.ts';
import { settle } from './settle.ts';

const named = ({ default: usual, years }: MethodPlan): string =>
  [usual, ...[...years].map(([year, method]) => `${method} in ${year}`)].join(', ');

/** The first portfolio of a wallet speaks for all of them: they agree. */
const plansOf = (all: readonly Membership[]): Map<bigint, MethodPlan> =>
  new Map(all.toReversed().map(({ walletId, plan }) => [walletId, plan]));

/** @throws ConflictError when portfolios of one wallet differ in method */
const requireAgreement = (all: readonly Membership[], field: string): void => {
  const details = [...Map.groupBy(all, ({ walletId }) => walletId).values()].flatMap(([first, ...others]) => {
    const other = others.find(({ plan }) => first && firstDifference(first.plan, plan) !== null);
    if (!first || !other) return [];
    const [one, two] = [first, other].map(({ portfolio, plan }) => `"${portfolio}" (${named(plan)})`);
    const message = `the wallet "${first.wallet}" would be in ${one} and in ${two}, and has one set of books: take it out of one of the two, and put it back when their methods are the same`;
    return [{ field, message }];
  });
  const [conflict] = details;
  if (conflict) throw new AppError('ConflictError', `${field}: ${conflict.message}`, details);
};

/**
 * Changes what decides by which methods wallets are kept, and brings their balances up to date, each from the beginning
 * of the first year that has another method. A wallet in no portfolio goes by FIFO. The caller holds the locks of the
 * user's ledgers and belongings.
 *
 * @param field what is to blame where portfolios of one wallet would differ
 * @throws ConflictError where they would
 */
export const changeMethods = async <Result>(
  change: Change,
  caller: Caller,
  { walletIds, field }: { walletIds: readonly bigint[]; field: string },
  work: () => Promise<Result>,
): Promise<Result> => {
  const { db } = change;
  const { userId } = caller;
  const before = plansOf(await memberships(db, userId, walletIds));
  const result = await work();
  const now = await memberships(db, userId, walletIds);
  requireAgreement(now, field);
  const after = plansOf(now);
  const usual = everyYear('FIFO');
  const moments = new Map<bigint, number>();
  for (const walletId of walletIds) {
    const since = firstDifference(before.get(walletId) ?? usual, after.get(walletId) ?? usual);
    if (since !== null) moments.set(walletId, since);
  }
  const changes = await balancesSince(db, userId, moments);
  if (changes.length > 0) await settle(change, caller, changes);
  return result;
};

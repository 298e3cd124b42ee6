/** An own transfer between two balances; times in milliseconds since 1970. */
export interface OwnTransfer {
  from: number;
  to: number;
  sentAt: number;
  receivedAt: number;
}

/** Balances that must be replayed together, and the moment from which. */
export interface ReplayUnit {
  balances: number[];
  since: number;
}

/**
 * Joins dirty balances with those that an own transfer connects them to at or after the change, for lots move along
 * with their costs. Usually a balance is alone.
 *
 * @param dirty the moment of the earliest change by balance, in milliseconds since 1970; -Infinity means from the start
 */
export const replayUnits = (
  dirty: ReadonlyMap<number, number>,
  transfers: readonly OwnTransfer[],
): ReplayUnit[] => {
  const unitOf = new Map<number, ReplayUnit>();
  for (const [balance, since] of dirty) unitOf.set(balance, { balances: [balance], since });
  let changed = true;
  while (changed) {
    changed = false;
    for (const transfer of transfers) changed = join(unitOf, transfer) || changed;
  }
  return [...new Set(unitOf.values())];
};

/** Joins the two sides of a transfer if a replay reaches it; tells whether anything changed. */
const join = (unitOf: Map<number, ReplayUnit>, { from, to, sentAt, receivedAt }: OwnTransfer): boolean => {
  const left = unitOf.get(from);
  const right = unitOf.get(to);
  const since = Math.min(left?.since ?? Number.POSITIVE_INFINITY, right?.since ?? Number.POSITIVE_INFINITY);
  if (since > Math.max(sentAt, receivedAt)) return false;
  // A receipt dated before its sending takes effect at the sending: replaying one of the two means replaying both.
  const reached = Math.min(since, receivedAt < sentAt ? receivedAt : since);
  if (left !== undefined && left === right && reached === left.since) return false;
  const balances = [...new Set([...(left?.balances ?? [from]), ...(right?.balances ?? [to])])];
  const unit = { balances, since: reached };
  for (const balance of balances) unitOf.set(balance, unit);
  return true;
};

import type { Change as LedgerChange } from '#shared/adapters/db/balance-writes.ts';
import type { LedgerState } from '#shared/adapters/db/ledger-states.ts';
import { linkOwnTransfers } from '#shared/adapters/db/own-transfers.ts';
import { dirtyAmong, type Shortfall, shortfallsOf, storedShortfalls } from '#shared/adapters/db/shortfall.ts';
import { formatUnits } from '#shared/domain/decimal.ts';
import { refuseFaults } from '#shared/errors.ts';
import type { Caller, Change } from './context.ts';
import type { Recalculated } from './recalculate-balances.ts';
import { settle } from './settle.ts';

/** What a change of transactions did. */
export interface Effect {
  /** The balances that it touched, and since when they are different. */
  touched: readonly LedgerChange[];
  /** Hashes under which own transfers may be linked now. */
  hashes: readonly string[];
}

interface ByHand {
  /** Balances that the change could leave short. */
  watched: readonly bigint[];
  /** Those of them that a replay is waiting of, where that is known already. */
  dirty?: readonly bigint[];
  /** How ledgers stand that the change touches, where that is known already; links may yet change it. */
  known?: readonly LedgerState[];
  /** The fields of the request that are to blame for a shortfall. */
  blame: (balanceId: bigint) => readonly string[];
}

/** A touched balance, and the earliest of the moments from which it is different. */
export const since = (balanceId: bigint, ...times: Date[]): LedgerChange => ({
  balance_id: String(balanceId),
  since: new Date(Math.min(...times.map((time) => time.getTime()))).toISOString(),
});

const requireCovered = (
  before: ReadonlyMap<string, bigint>,
  after: readonly Shortfall[],
  blame: ByHand['blame'],
): void => {
  const faults = after.flatMap(({ balance_id, shortfall, decimals, symbol }) => {
    const missing = BigInt(shortfall) - (before.get(balance_id) ?? 0n);
    if (missing <= 0n) return [];
    const short = `${formatUnits(missing, decimals)} ${symbol}`;
    const message = `a wallet would be short of ${short}, then or at a later transaction`;
    return blame(BigInt(balance_id)).map((field) => ({ field, message }));
  });
  refuseFaults(faults);
};

/** The shortfalls of watched balances before a replay, which found them written down. */
const written = (settled: readonly Recalculated[]): [string, bigint][] =>
  settled.flatMap(({ before }) =>
    before.dirtySince === null ? [[String(before.balanceId), before.totals.shortfall]] : [],
  );

/** And after it. */
const replayed = (settled: readonly Recalculated[], watched: readonly bigint[]): Shortfall[] =>
  settled.flatMap(({ before: { balanceId, scale, symbol }, shortfall }) =>
    watched.includes(BigInt(balanceId))
      ? [{ balance_id: String(balanceId), shortfall: String(shortfall), decimals: scale.decimals, symbol }]
      : [],
  );

/**
 * Changes transactions on their owner's word: refuses what would leave a wallet short, now or at any moment since, links
 * own transfers, and brings the balances that are touched up to date. The caller holds the lock of the user's ledgers.
 *
 * @returns whether the balances are current now; else the queue is to replay them
 * @throws BadRequestException when a watched balance would be short, or shorter than it is
 */
export const changeLedgers = async (
  change: Change,
  caller: Caller,
  { watched, dirty, known, blame }: ByHand,
  work: () => Promise<Effect>,
): Promise<boolean> => {
  const { db } = change;
  // A current balance has its shortfall written down; what the queue is still to replay must be looked at.
  const waiting = await shortfallsOf(db, dirty ?? (await dirtyAmong(db, watched)));
  const { touched, hashes } = await work();
  const linked = await linkOwnTransfers(db, caller.userId, hashes);
  // Without a hash nothing can have been linked.
  const standing = hashes.length === 0 ? known : undefined;
  const settled = await settle(change, caller, [...touched, ...linked], standing);
  const before = new Map([
    ...(settled ? written(settled) : await storedShortfalls(db, watched)),
    ...waiting.map(({ balance_id, shortfall }) => [balance_id, BigInt(shortfall)] as const),
  ]);
  requireCovered(before, settled ? replayed(settled, watched) : await shortfallsOf(db, watched), blame);
  return settled !== null;
};
